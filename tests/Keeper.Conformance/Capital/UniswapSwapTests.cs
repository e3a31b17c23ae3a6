using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Host.Demo;
using Keeper.Protocols.Capital;

namespace Keeper.Conformance.Capital;

/// <summary>The swapper on Uniswap v3 as it ships: what a sale brings, and what becomes of one that cannot be made.</summary>
public sealed class UniswapSwapTests : IAsyncLifetime
{
    private const ulong Fee = 500, EmptyFee = 3_000, NoFee = 10_000;
    private static readonly UInt256 Unit = 1_000_000_000_000_000_000UL;

    private AnvilNode _node = null!;
    private NativeDevNode _chain = null!;
    private Address _owner, _from, _to, _swapper, _router;

    public async Task InitializeAsync()
    {
        _node = await AnvilNode.StartAsync();
        _chain = new NativeDevNode(_node.Rpc, TimeProvider.System);
        _owner = (await _chain.AccountsAsync(default))[0];
        var contracts = await ThirdPartyContracts.OpenAsync(ThirdPartyContracts.UniswapV3, default);
        (_from, _to) = (await TokenAsync("Seized"), await TokenAsync("Debt"));
        var factory = await DeployAsync(contracts.Load("UniswapV3Factory"), new());
        var manager = await DeployAsync(contracts.Load("NonfungiblePositionManager"), new AbiWriter().Word(factory).Word(_from).Word(Address.Zero));
        _router = await DeployAsync(contracts.Load("SwapRouter"), new AbiWriter().Word(factory).Word(_from));
        _swapper = await DeployAsync(Artifact.Load(Artifact.UniswapV3SwapperName), new AbiWriter().Word(_router).Word(true));

        // Two pools at a price of one, of which one has liquidity.
        var (low, high) = _from.CompareTo(_to) < 0 ? (_from, _to) : (_to, _from);
        foreach (var fee in new[] { Fee, EmptyFee })
            await SendAsync(manager, "createAndInitializePoolIfNecessary(address,address,uint24,uint160)", new AbiWriter().Word(low).Word(high).Word(fee).Word(UInt256.One << 96));
        foreach (var token in new[] { _from, _to })
        {
            await SendAsync(token, "mint(address,uint256)", new AbiWriter().Word(_owner).Word(Unit * 10_000UL));
            await SendAsync(token, "approve(address,uint256)", new AbiWriter().Word(manager).Word(Unit * 1_000UL));
            await SendAsync(token, "approve(address,uint256)", new AbiWriter().Word(_swapper).Word(Unit));
        }
        await SendAsync(manager, "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,uint256))",
            new AbiWriter().Word(low).Word(high).Word(Fee).Word((Int256)(-887_270)).Word((Int256)887_270)
                .Word(Unit * 1_000UL).Word(Unit * 1_000UL).Word(UInt256.Zero).Word(UInt256.Zero).Word(_owner).Word(UInt256.MaxValue));
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public async Task It_sells_on_the_real_router_and_keeps_nothing()
    {
        var before = await BalanceAsync(_to, _owner);
        await _chain.TransactAsync(_owner, _swapper, Swap(Fee, UInt256.Zero), default);
        // One of a thousand moves a price of one by a thousandth, and the fee is half of that.
        var proceeds = await BalanceAsync(_to, _owner) - before;
        Assert.InRange((ulong)proceeds, 998_000_000_000_000_000UL, 999_000_000_000_000_000UL);
        Assert.Equal((UInt256.Zero, UInt256.Zero, UInt256.Zero), (await BalanceAsync(_from, _swapper), await BalanceAsync(_to, _swapper), await AllowanceAsync()));
        Assert.Equal(Unit * 8_999UL, await BalanceAsync(_from, _owner));
    }

    [Theory]
    [InlineData(Fee, 999_000_000_000_000_000UL, "\"Too little received\"")]
    [InlineData(EmptyFee, 1UL, "no revert data")]
    [InlineData(NoFee, 1UL, "no revert data")]
    public async Task A_sale_below_its_bound_or_on_a_pool_without_liquidity_or_on_none_fails_by_name(ulong fee, ulong minimum, string words)
    {
        await using var client = NodeClient();
        var result = (await client.CallAsync([new CallRequest(_swapper, Swap(fee, minimum), _owner)], BlockId.Latest, default))[0];
        var reason = Assert.IsType<CallResult.Reverted>(result).Data;
        // As the liquidator passes it on.
        var failure = CapitalCalls.Explain(new AbiWriter().Word(_swapper).Bytes(reason.Span).ToCall(Keccak.Selector("SwapFailed(address,bytes)")))!.Value;
        Assert.Equal($"SwapFailed({_swapper}, {words})", failure.Detail);
    }

    private Core.Chain.Nodes.NodeChainClient NodeClient() => Core.Chain.Nodes.NodeChainClient.Create(
        Host.Running.ChainLibraries.Preferred,
        new() { Profile = AnvilNode.Profile, Endpoints = [new() { Name = "anvil", HttpUrl = _node.HttpUrl }] },
        Host.Running.PollyReadRetry.Create, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);

    private byte[] Swap(ulong fee, UInt256 minimum)
    {
        byte[] path = [.. _from.ToArray(), (byte)(fee >> 16), (byte)(fee >> 8), (byte)fee, .. _to.ToArray()];
        return new AbiWriter().Word(_from).Word(_to).Word(Unit).Word(minimum).Bytes(path).ToCall(Keccak.Selector("swap(address,address,uint256,uint256,bytes)"));
    }

    private Task<Address> TokenAsync(string name) =>
        DeployAsync(Artifact.Load("TestToken"), new AbiWriter().Bytes(System.Text.Encoding.ASCII.GetBytes(name)).Bytes("T"u8));

    private Task<Address> DeployAsync(Artifact artifact, AbiWriter arguments) => _chain.DeployAsync(_owner, artifact.DeployData(arguments.ToArray()), default);

    private Task SendAsync(Address to, string signature, AbiWriter arguments) => _chain.TransactAsync(_owner, to, arguments.ToCall(Keccak.Selector(signature)), default);

    private async Task<UInt256> BalanceAsync(Address token, Address holder) =>
        new AbiReader((await _chain.ViewAsync(token, new AbiWriter().Word(holder).ToCall(Keccak.Selector("balanceOf(address)")), null, default)).Span).ReadUInt256();

    private async Task<UInt256> AllowanceAsync() =>
        new AbiReader((await _chain.ViewAsync(_from, new AbiWriter().Word(_swapper).Word(_router).ToCall(Keccak.Selector("allowance(address,address)")), null, default)).Span).ReadUInt256();
}
