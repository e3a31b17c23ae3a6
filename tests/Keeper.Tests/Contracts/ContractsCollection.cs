namespace Keeper.Tests.Contracts;

/// <summary>Compilers take every core and share contracts/out: these tests run by themselves, after all that run side by side.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ContractsCollection
{
    public const string Name = "contracts";
}
