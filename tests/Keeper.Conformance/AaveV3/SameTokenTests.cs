using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;

namespace Keeper.Conformance.AaveV3;

/// <summary>A debt that is paid for collateral of its own token, at the real pools: by a loan and by own funds, without a route and without a swapper.</summary>
public sealed class SameTokenTests
{
    [Theory]
    [InlineData(true, CapitalFunding.Flash)]
    [InlineData(false, CapitalFunding.Flash)]
    [InlineData(false, CapitalFunding.Own)]
    public async Task It_is_liquidated_as_planned_and_the_profit_is_what_was_expected(bool isFirst, CapitalFunding funding)
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = AaveScene.Client(chain);
        var pool = await AavePool.DeployAsync(chain, client, isFirst, AaveAsset.Four());
        var (ether, dollars, user) = (pool.Assets[0], pool.Assets[2], AbiReader.ToAddress(0xb0_0001UL));
        await chain.UnlockAsync([user]);
        await pool.EndowAsync([pool.Owner, user]);
        await pool.SupplyAsync(pool.Owner, dollars, dollars.Amount(5_000_000));
        await pool.SupplyAsync(user, dollars, dollars.Amount(50_000));
        await pool.SupplyAsync(user, ether, ether.Amount(10));
        await chain.MineAsync();
        var borrowed = await pool.BorrowAsync(user, dollars, dollars.Amount(53_000));
        await chain.MineAsync(1, borrowed);
        Assert.True(borrowed.Succeeded);
        var premium = (await client.CallAsync([new(pool.Pool, new AbiWriter().ToCall(Keccak.Selector("FLASHLOAN_PREMIUM_TOTAL()")))], BlockId.Latest, default))[0] is CallResult.Returned(var told)
            ? (uint)(ulong)new AbiReader(told.Span).ReadUInt256() * 100 : throw new InvalidOperationException();
        var site = await CapitalSite.DeployAsync(chain, pool, chain.Accounts[1], swapper: null, liquidator => new(liquidator, funding, premium, []) { SameTokens = [dollars.Token] });
        await chain.UnlockAsync([site.Executor]);
        if (funding == CapitalFunding.Own)
        {
            await pool.SendAsync(dollars.Token, "mint(address,uint256)", new AbiWriter().Word(site.Liquidator).Word(dollars.Amount(30_000)));
            await pool.SendAsync(site.Liquidator, "setBudget(address,bytes32,address,uint120,bool)",
                new AbiWriter().Word(pool.Pool).Word(UInt256.Zero).Word(dollars.Token).Word(dollars.Amount(30_000)).Word(false));
        }
        var mirror = new AaveMirror(client, pool, ((AaveV3Options)site.Settings.Options!).Capital);
        await mirror.BackfillAsync(chain.Number);
        Assert.Empty(mirror.Protocol.Plan(Account(mirror, user), chain.Time));
        var before = await CapitalSite.BalanceAsync(client, dollars, site.Liquidator);

        await pool.TransmitAsync(ether, 1_500_00000000UL);
        await chain.MineAsync();
        await mirror.FollowAsync(chain.Number);
        var call = Assert.Single(mirror.Protocol.Plan(Account(mirror, user), chain.Time));
        var sent = await chain.SendAsync(site.Executor, call.Target, call.Data.ToArray(), call.GasLimit.Value);
        await chain.MineAsync(1, sent);
        Assert.True(sent.Succeeded);
        var log = Assert.Single(await client.GetLogsAsync(new([pool.Pool], [Topics.LiquidationCall]), chain.Number, chain.Number, CancellationToken.None));
        Assert.Equal((dollars.Token, dollars.Token, user), Liquidated.Decode(log) is var taken ? (taken.Collateral, taken.Debt, taken.User) : default);
        // Of a second's interest.
        var profit = await CapitalSite.BalanceAsync(client, dollars, site.Executor);
        var (low, high) = profit < call.ExpectedReward ? (profit, call.ExpectedReward) : (call.ExpectedReward, profit);
        Assert.True(profit > dollars.Amount(500) && high - low < dollars.Amount(1), $"{profit} of {call.ExpectedReward}");
        Assert.Equal(before, await CapitalSite.BalanceAsync(client, dollars, site.Liquidator));
    }

    private static int Account(AaveMirror mirror, Address user) =>
        Enumerable.Range(0, mirror.Protocol.AccountCount).Single(account => mirror.Protocol.KeyOf(account) == user.ToString());
}
