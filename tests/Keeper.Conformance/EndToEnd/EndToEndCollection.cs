namespace Keeper.Conformance.EndToEnd;

/// <summary>One at a time and beside nothing else: for tests that a busy machine would make wrong, which measure blocks or the processor, or mine while they wait.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndCollection
{
    public const string Name = "end to end";
}
