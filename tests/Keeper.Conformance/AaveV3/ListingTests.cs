using Keeper.Conformance.RefPerps;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.AaveV3;

/// <summary>A reserve that is listed while the pool is followed, into which somebody deposits, and out of which somebody borrows, in the very block of the listing.</summary>
public sealed class ListingTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_deposited_and_borrowed_in_the_block_that_lists_a_reserve_is_mirrored_with_that_block(bool isFirst)
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = AaveScene.Client(chain);
        var pool = await AavePool.DeployAsync(chain, client, isFirst, AaveAsset.Four());
        var (depositor, borrower) = (chain.Accounts[2], chain.Accounts[3]);
        await pool.EndowAsync([depositor, borrower]);
        await pool.SupplyAsync(borrower, pool.Assets[0], pool.Assets[0].Worth(100_000));
        await chain.MineAsync();

        var (mirror, builder) = await BuildAsync(client, pool);
        var protocol = (AaveV3Protocol)mirror.Protocols[0];
        var listed = new AaveAsset(18, HasProxy: true, 7500, 8000, 10_500, 1_000) { Price = 5_00000000UL };
        var receipts = await pool.ListLaterAsync(listed, depositor);
        receipts.Add(await pool.SupplyAsync(depositor, listed, listed.Amount(4_000)));
        receipts.Add(await pool.WithdrawAsync(depositor, listed, listed.Amount(1)));
        receipts.Add(await pool.BorrowAsync(borrower, listed, listed.Amount(300)));
        await chain.MineAsync(1, receipts);
        Assert.All(receipts, receipt => Assert.True(receipt.Succeeded));

        var unread = await FollowAsync(mirror, builder, client, chain.Number);
        var aToken = await pool.ReserveTokenAsync(listed, word: 8);
        Assert.Contains(unread, filter => filter.Any.Addresses.Contains(aToken));
        Assert.Null(mirror.FaultOf(protocol));
        await CompareAsync(chain, client, pool, protocol, depositor, borrower);

        // And from there on as any other.
        await pool.BorrowAsync(depositor, listed, listed.Amount(200));
        await chain.MineAsync(3_600);
        Assert.Empty(await FollowAsync(mirror, builder, client, chain.Number));
        await CompareAsync(chain, client, pool, protocol, depositor, borrower);

        // A reorg takes the listing back with its block.
        var before = mirror.Head;
        mirror.Apply(new ChainEvent.Reorg(mirror.Ancestors[^1]));
        Assert.DoesNotContain(aToken, mirror.Filter.Any.Addresses);
        await FollowAsync(mirror, builder, client, chain.Number);
        Assert.Equal(before, mirror.Head);
        await CompareAsync(chain, client, pool, protocol, depositor, borrower);
    }

    private static async Task<(Mirror Mirror, MirrorBuilder Builder)> BuildAsync(IChainClient client, AavePool pool)
    {
        var settings = new ProtocolSettings("aave", "aave-v3", pool.Pool, pool.DeployBlock, null)
        {
            Options = new AaveV3Options(new CapitalOptions(AaveMirror.Liquidator, CapitalFunding.Flash, 500, [])),
        };
        var builder = new MirrorBuilder(client, AnvilNode.Profile, undo => [new AaveV3Protocol(settings, undo)], TimeProvider.System, NullLogger<MirrorBuilder>.Instance);
        return ((await builder.BuildAsync(default)).Mirror, builder);
    }

    /// <summary>As the loop does it. Returns what blocks made wanted of themselves.</summary>
    private static async Task<List<LogFilter>> FollowAsync(Mirror mirror, MirrorBuilder builder, IChainClient client, ulong to)
    {
        var unread = new List<LogFilter>();
        while (mirror.Head.Number < to)
        {
            var read = mirror.Filter;
            await foreach (var told in client.FollowAsync(new(mirror.Head, mirror.Ancestors, read, LogFilter.None), CancellationToken.None))
            {
                mirror.Apply(told, read);
                while (mirror.Unread is { } wanted)
                {
                    unread.Add(wanted);
                    mirror.Add(await client.GetLogsAsync(wanted, mirror.Head, CancellationToken.None));
                }
                if (told is ChainEvent.Block) await builder.ReadMissingAsync(mirror, CancellationToken.None);
                if (!mirror.Filter.SameAs(read) || mirror.Head.Number >= to) break;
            }
        }
        return unread;
    }

    /// <summary>Each account is as the pool says, and nobody is missing in the tokens' sums.</summary>
    private static async Task CompareAsync(TestChain chain, IChainClient client, AavePool pool, AaveV3Protocol protocol, params Address[] users)
    {
        var told = await new PoolReader(client, pool).AccountsAsync(users, chain.Number);
        foreach (var (user, theirs) in users.Zip(told))
        {
            var account = Enumerable.Range(0, protocol.AccountCount).Single(i => Address.Parse(protocol.KeyOf(i)) == user);
            var mine = protocol.Account(account, chain.Time)!.Value;
            Assert.Equal(theirs!.Value, (mine.Collateral, mine.Debt, mine.Threshold, mine.HealthFactor));
        }
        var checks = protocol.Capture().Totals();
        Assert.Equal(2 * pool.Assets.Count, checks.Count);
        var answers = await client.CallAsync([.. checks.Select(check => check.Call)], BlockId.At(chain.Number), CancellationToken.None);
        foreach (var (check, answer) in checks.Zip(answers)) Assert.Null(check.Difference(Assert.IsType<CallResult.Returned>(answer).Data));
    }
}
