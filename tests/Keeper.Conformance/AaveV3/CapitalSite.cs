using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Contracts;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;

namespace Keeper.Conformance.AaveV3;

/// <summary>An executor and a liquidator that may deal with a pool and sell by a swapper, and the adapter's settings.</summary>
internal sealed record CapitalSite(Address Executor, Address Liquidator, Address Treasury, ProtocolSettings Settings)
{
    /// <param name="capital">By the liquidator: how it pays.</param>
    public static async Task<CapitalSite> DeployAsync(TestChain chain, AavePool pool, Address @operator, Address? swapper, Func<Address, CapitalOptions> capital)
    {
        var (treasury, contract) = (AbiReader.ToAddress(0x7ea5_0002UL), NativeChainLibrary.Instance.Executor);
        var created = await chain.SendAsync(chain.Accounts[0], null, contract.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(pool.Owner, @operator, treasury)));
        await chain.MineAsync(1, created);
        var executor = created.Contract;
        var liquidator = await pool.CreateAsync(Artifact.Load("CollateralLiquidator"), new AbiWriter().Word(pool.Owner).Word(executor).Word((UInt256)30_000UL));
        await pool.SendAsync(liquidator, "allowMarket(address,bytes32,bool)", new AbiWriter().Word(pool.Pool).Word(UInt256.Zero).Word(true));
        if (swapper is { } by) await pool.SendAsync(liquidator, "allowSwapper(address,bool)", new AbiWriter().Word(by).Word(true));
        var options = new AaveV3Options(capital(liquidator));
        var settings = new ProtocolSettings("aave", "aave-v3", pool.Pool, pool.DeployBlock, null) { Options = options };
        foreach (var function in new AaveV3Protocol(settings, new()).Functions) await CallAsync(contract.AllowTarget(function.Target, function.Selector, allowed: true));
        foreach (var token in options.Capital.DebtTokens) await CallAsync(contract.AllowToken(token, allowed: true));
        await chain.UnlockAsync([@operator]);
        return new(executor, liquidator, treasury, settings);

        async Task CallAsync(byte[] data)
        {
            var receipt = await chain.SendAsync(pool.Owner, executor, data);
            await chain.MineAsync(1, receipt);
            Assert.True(receipt.Succeeded);
        }
    }

    public static async Task<UInt256> BalanceAsync(IChainClient client, AaveAsset asset, Address of) =>
        (await client.CallAsync([new(asset.Token, new AbiWriter().Word(of).ToCall(Keccak.Selector("balanceOf(address)")))], BlockId.Latest, default))[0] is CallResult.Returned(var data)
            ? new AbiReader(data.Span).ReadUInt256() : throw new InvalidOperationException();

    /// <summary>Mines a block, and looks a little later.</summary>
    public static async Task<bool> MinedAsync(TestChain chain, Func<Task<bool>> condition)
    {
        await chain.MineAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        return await condition();
    }
}
