using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>What the journal is told for the books beside what recovery needs.</summary>
public sealed class SenderBooksTests
{
    [Fact]
    public async Task What_reached_the_treasury_is_journalled_with_its_value_and_where_that_is_from()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        Mine(scene, Paid(Dollar.Address, 2_500_000_000_000_000_000UL), Paid(ScriptedProtocol.AddressOf(0x77), 9));
        await scene.NextAsync();
        Assert.Equal(
            [
                new(Dollar.Address, 2_500_000_000_000_000_000UL, "USDX", 18, new Usd((Int256)2_500_000_000_000_000_000L), "unit of account"),
                new(ScriptedProtocol.AddressOf(0x77), 9UL, null, null, null, null),
            ],
            Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Paid!);
    }

    /// <summary>The executor pays the treasury, which is ours: what came in stays what came in.</summary>
    [Fact]
    public async Task What_came_in_and_went_out_is_journalled_token_by_token()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        var (market, treasury, token) = (ScriptedProtocol.AddressOf(0xaa), ScriptedProtocol.AddressOf(0x7e), ScriptedProtocol.AddressOf(0x77));
        Mine(scene, Moved(Dollar.Address, market, SenderScene.Executor, 5), Moved(Dollar.Address, SenderScene.Executor, treasury, 5), Moved(token, market, SenderScene.Executor, 9), Moved(token, market, treasury, 11));
        await scene.NextAsync();
        Assert.Equal(
            [new(Dollar.Address, 5UL, UInt256.Zero, "USDX", 18, new Usd((Int256)5L), Usd.Zero, "unit of account"), new(token, 9UL, UInt256.Zero, null, null, null, null, null)],
            Assert.Single(scene.Journal.All<JournalEntry.Settled>()).Moved!);
    }

    /// <summary>The worst case that plans are bounded by is no price for the books.</summary>
    [Theory]
    [InlineData(true, false, "3000")]
    [InlineData(true, true, null)]
    [InlineData(false, false, null)]
    public async Task What_a_coin_was_worth_is_journalled_with_its_feed_or_nothing(bool hasFeed, bool isWorstCase, string? price)
    {
        var feed = ScriptedProtocol.AddressOf(0xfeed);
        var scene = new SenderScene(profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), NativePriceFeed = hasFeed ? feed : null }) { CoinPrice = new(Usd.Whole(3_000), isWorstCase) };
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default);
        await scene.OfferAsync("1");
        Mine(scene);
        await scene.NextAsync();
        var mined = Assert.Single(scene.Journal.All<JournalEntry.Mined>());
        Assert.Equal((price is null ? null : Usd.Whole(3_000), price is null ? null : $"feed {feed}"), (mined.CoinPrice, mined.CoinPriceSource));
    }

    [Fact]
    public async Task A_reverted_transaction_brought_nothing_and_one_whose_events_are_malformed_nobody_knows_what()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        scene.Mine(scene.Journal.All<JournalEntry.Signed>()[^1], succeeded: false);
        await scene.NextAsync();
        await scene.OfferAsync("2");
        Mine(scene, Paid(Dollar.Address, 1) with { Data = new byte[31] });
        await scene.NextAsync();
        var settled = scene.Journal.All<JournalEntry.Settled>();
        Assert.Empty(settled[0].Paid!);
        Assert.Null(settled[1].Paid);
        Assert.Empty(settled[0].Moved!);
        Assert.Equal(Outcome.Won, Assert.Single(settled[1].Outcomes).Outcome);
    }

    [Fact]
    public async Task The_time_of_the_block_is_the_heads_or_asked_for_by_hash_or_nothing()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        Mine(scene);
        await scene.NextAsync();
        Assert.Equal(Block(101).Timestamp, Assert.Single(scene.Journal.All<JournalEntry.Mined>()).BlockTime);

        // Mined in 102, seen at 103.
        await scene.OfferAsync("2");
        Mine(scene, Block(102), []);
        scene.Chain.Newest = Block(102);
        await scene.HeadAsync(Block(103));
        Assert.Equal(Block(102).Timestamp, scene.Journal.All<JournalEntry.Mined>()[1].BlockTime);

        await scene.OfferAsync("3");
        Mine(scene, Block(104), []);
        scene.Chain.Unknown.Add(Block(104).Hash);
        await scene.HeadAsync(Block(105));
        Assert.Null(scene.Journal.All<JournalEntry.Mined>()[2].BlockTime);
        Assert.Equal(3, scene.Journal.All<JournalEntry.Settled>().Count);
    }

    [Fact]
    public async Task The_fee_of_the_layer_below_is_journalled()
    {
        var scene = await SenderScene.StartAsync();
        await scene.OfferAsync("1");
        Mine(scene);
        var (hash, receipt) = Assert.Single(scene.Chain.Receipts);
        scene.Chain.Receipts[hash] = receipt with { L1Fee = new Wei(777) };
        await scene.NextAsync();
        var mined = Assert.Single(scene.Journal.All<JournalEntry.Mined>());
        Assert.Equal(new Wei(777), mined.L1Fee);
        Assert.Equal(mined.EffectiveGasPrice * mined.GasUsed + new Wei(777), mined.Fee);
    }

    private static Log Moved(Address token, Address from, Address to, ulong amount) =>
        TokenMovesTests.Transfer(token, from, to, amount);

    private static void Mine(SenderScene scene, params Log[] paid) => Mine(scene, null, paid);

    private static void Mine(SenderScene scene, BlockRef? at, params Log[] paid)
    {
        var receipt = scene.Mine(scene.Journal.All<JournalEntry.Signed>()[^1], at, succeeded: true, (true, []));
        scene.Chain.Receipts[receipt.TransactionHash] = receipt with { Logs = [.. receipt.Logs, .. paid] };
    }

    private static Log Paid(Address token, UInt256 amount) =>
        Log(Block(101), SenderScene.Executor, ExecutorCall.ProfitPaidTopic, Word(amount), new Hash32(UInt256.Parse(token.ToString())));
}
