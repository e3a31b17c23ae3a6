namespace Keeper.Conformance.EndToEnd.Hostile;

/// <summary>One node for all tests of the class; each deploys what it needs.</summary>
public sealed class HostileChain : IAsyncLifetime
{
    internal ExchangeChain Exchange { get; private set; } = null!;

    public async Task InitializeAsync() => Exchange = await ExchangeChain.StartAsync(accounts: 1, seed: 1);

    public async Task DisposeAsync() => await Exchange.DisposeAsync();
}
