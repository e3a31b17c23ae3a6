using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Protocols.Capital;
using Xunit.Abstractions;

namespace Keeper.Conformance.AaveV3;

/// <summary>What the adapter says that its calls need, against what they use on a real pool of 3.6: with the pool's loan and a sale on the real Uniswap, everything cold.</summary>
public sealed class CallGasTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_gas_of_a_liquidation_is_as_the_plan_says_for_few_reserves_and_many_in_e_mode_and_with_bad_debt()
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = AaveScene.Client(chain);
        AaveAsset[] assets = [.. AaveAsset.Four(), .. Enumerable.Range(0, 4).Select(i => new AaveAsset(18, HasProxy: i % 2 == 0, 7_000, 7_500, 10_800, 1_000) { Price = 10_00000000UL })];
        var pool = await AavePool.DeployAsync(chain, client, isFirst: false, assets);
        var (ether, dollars, beside) = (assets[0], assets[2], assets[1]);
        await pool.AddEModeAsync(1, 9_000, 9_300, 10_200, ether, beside, dollars);
        Address[] users = [.. Enumerable.Range(1, 4).Select(i => AbiReader.ToAddress((UInt256)(0xb0_0000UL + (ulong)i)))];
        await chain.UnlockAsync(users);
        await pool.EndowAsync([pool.Owner, .. users]);
        foreach (var asset in assets) await pool.SupplyAsync(pool.Owner, asset, asset.Worth(1_000_000));
        await chain.MineAsync();

        var (plain, many, inEMode, bad) = (users[0], users[1], users[2], users[3]);
        foreach (var user in (Address[])[inEMode, bad]) await pool.CallAsync(user, "setUserEMode(uint8)", new AbiWriter().Word(UInt256.One));
        foreach (var user in (Address[])[plain, inEMode, bad]) await pool.SupplyAsync(user, ether, ether.Amount(5));
        await pool.SupplyAsync(many, ether, ether.Amount(3));
        foreach (var asset in assets.Except([ether])) await pool.SupplyAsync(many, asset, asset.Worth(500));
        await chain.MineAsync();
        TestChain.Receipt[] borrowed =
        [
            await pool.BorrowAsync(plain, dollars, dollars.Amount(7_800)),
            await pool.BorrowAsync(many, dollars, dollars.Amount(6_900)),
            .. await Task.WhenAll(assets[4..7].Select(asset => pool.BorrowAsync(many, asset, asset.Worth(100)))),
            await pool.BorrowAsync(inEMode, dollars, dollars.Amount(8_600)),
            await pool.BorrowAsync(bad, dollars, dollars.Amount(8_900)),
            await pool.BorrowAsync(bad, beside, beside.Worth(20)),
        ];
        await chain.MineAsync(1, borrowed);
        Assert.All(borrowed, receipt => Assert.True(receipt.Succeeded));

        ether.Price = 1_760_00000000UL;
        var venue = await SwapVenue.DeployAsync(chain, pool, ether, dollars);
        var (capital, executor) = await LiquidatorAsync(chain, pool, venue, ether, dollars);
        var mirror = new AaveMirror(client, pool, capital);
        await pool.TransmitAsync(ether, ether.Price);
        await chain.MineAsync();
        await mirror.BackfillAsync(chain.Number);
        await chain.MineAsync();
        await mirror.FollowAsync(chain.Number);
        foreach (var (name, user) in new[] { ("few reserves", plain), ("many reserves", many), ("in e-mode", inEMode), ("with bad debt", bad) })
        {
            var account = Enumerable.Range(0, mirror.Protocol.AccountCount).Single(account => mirror.Protocol.KeyOf(account) == user.ToString());
            var call = Assert.Single(mirror.Protocol.Plan(account, chain.Time));
            var least = await chain.EstimateAsync(executor, call.Target, call.Data.ToArray());
            var sent = await chain.SendAsync(executor, call.Target, call.Data.ToArray(), call.GasLimit.Value);
            await chain.MineAsync(1, sent);
            output.WriteLine($"{name}: {sent.GasUsed} used of {call.ExpectedGas} expected, {least} needed of {call.GasLimit} at most");
            Assert.True(sent.Succeeded, name);
            Assert.True(call.GasLimit.Value >= least * 5 / 4 && call.GasLimit.Value <= least * 3, $"{name}: {least} needed of {call.GasLimit}");
            Assert.True(call.ExpectedGas.Value >= sent.GasUsed * 3 / 4 && call.ExpectedGas.Value <= sent.GasUsed * 2, $"{name}: {sent.GasUsed} used of {call.ExpectedGas} expected");
            await mirror.FollowAsync(chain.Number);
        }
        var left = mirror.Protocol.State.Users.TryFind(bad, out var row) ? mirror.Protocol.State.Users[row].First : -1;
        for (; left >= 0; left = mirror.Protocol.State.Balances[left].Next) Assert.True(mirror.Protocol.State.Balances[left] is { Debt.IsZero: true, Supply.IsZero: true }, "bad debt was to be written off");
    }

    private static async Task<(CapitalOptions Capital, Address Executor)> LiquidatorAsync(TestChain chain, AavePool pool, SwapVenue venue, AaveAsset ether, AaveAsset dollars)
    {
        var created = await chain.SendAsync(pool.Owner, null, NativeChainLibrary.Instance.Executor.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), new(pool.Owner, chain.Accounts[1], chain.Accounts[2])));
        await chain.MineAsync(1, created);
        var liquidator = await pool.CreateAsync(Artifact.Load("CollateralLiquidator"), new AbiWriter().Word(pool.Owner).Word(created.Contract).Word((UInt256)30_000UL));
        await pool.SendAsync(liquidator, "allowMarket(address,bytes32,bool)", new AbiWriter().Word(pool.Pool).Word(UInt256.Zero).Word(true));
        await pool.SendAsync(liquidator, "allowSwapper(address,bool)", new AbiWriter().Word(venue.Swapper).Word(true));
        // The executor's calls are sent by itself here: what a batch costs beside them is not theirs.
        await chain.UnlockAsync([created.Contract]);
        return (new(liquidator, CapitalFunding.Flash, 500, [new(ether.Token, dollars.Token, venue.Swapper, SwapVenue.Path(ether, dollars), 3_000)]), created.Contract);
    }
}
