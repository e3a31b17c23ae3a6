namespace Keeper.Conformance.EndToEnd;

/// <summary>Whole keepers on whole chains, one at a time and beside nothing else: their tests measure blocks.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndCollection
{
    public const string Name = "end to end";
}
