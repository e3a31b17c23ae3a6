namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>They share one chain, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<FaultChain>
{
    public const string Name = "faults";
}
