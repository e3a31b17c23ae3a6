using Keeper.Core.Primitives;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>One chain with the exchange on it for all tests of a class. It mines when it is told to, and each test finds it as it was made.</summary>
public sealed class FaultChain : IAsyncLifetime
{
    internal const int Accounts = 60;
    private const int Seed = 5;
    private ExchangeChain? _exchange;
    private string? _snapshot, _baseFee;
    private int _scenes;

    /// <summary>Anvil loses its snapshots with a reorg.</summary>
    private bool _isSpoilt;

    internal ExchangeChain Exchange => _exchange!;

    public async Task InitializeAsync()
    {
        _exchange = await ExchangeChain.StartAsync(Accounts, Seed);
        await _exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        _baseFee = (await _exchange.Rpc.RequestAsync("eth_getBlockByNumber", "latest", false)).GetProperty("baseFeePerGas").GetString();
        _isSpoilt = false;
        await MarkAsync();
    }

    public async Task DisposeAsync()
    {
        if (_exchange is not null) await _exchange.DisposeAsync();
        _exchange = null;
    }

    /// <param name="endpoints">Proxies before the one node, each an endpoint of the keeper.</param>
    internal async Task<FaultScene> SceneAsync(int endpoints = 1)
    {
        if (_isSpoilt)
        {
            await DisposeAsync();
            await InitializeAsync();
        }
        else
        {
            await Exchange.Rpc.RequestAsync("evm_revert", _snapshot);
            await Exchange.Rpc.RequestAsync("anvil_dropAllTransactions");
            // Going back leaves the node with the base fee of the chain that it left.
            await Exchange.Rpc.RequestAsync("anvil_setNextBlockBaseFeePerGas", _baseFee);
            await MarkAsync();
        }
        return await FaultScene.SetAsync(Exchange, endpoints, Path.Combine(Exchange.Workspace.Folder, $"journal-{++_scenes}.db"), () => _isSpoilt = true);
    }

    /// <summary>A snapshot is used up by going back to it.</summary>
    private async Task MarkAsync() => _snapshot = (await Exchange.Rpc.RequestAsync("evm_snapshot")).GetString();
}
