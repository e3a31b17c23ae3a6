using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Xunit.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>Another key liquidates on the same exchange, and is faster or dearer.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class RivalTests(ITestOutputHelper output)
{
    private const uint LiquidatePosition = 0x9bee49e7;

    [Fact]
    public async Task A_rival_who_pays_more_is_named_with_block_and_price_and_what_he_took_is_not_tried_again()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 5);
        await using var keeper = await InProcessKeeper.StartAsync(exchange.Setup, exchange.Place);
        await keeper.UntilReadyAsync();
        await exchange.CalmAsync(await exchange.BlockNumberAsync());

        // The price is in a block, our transaction waits for the next, and so does his.
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 0);
        await exchange.TransmitAsync(93);
        await exchange.Rpc.RequestAsync("evm_mine");
        await keeper.UntilAsync(async () => (await keeper.EntriesAsync<JournalEntry.Broadcast>()).Count > 0);
        var intent = (await keeper.EntriesAsync<JournalEntry.Intended>())[0];
        var taken = intent.Items.First(item => item.What.StartsWith("close", StringComparison.Ordinal));
        var rival = await RivalAsync(exchange);
        var hash = await LiquidateAsync(exchange, rival, taken);
        await exchange.Rpc.RequestAsync("evm_mine");
        var block = await exchange.BlockNumberAsync();
        Assert.True(await SucceededAsync(exchange, hash), "the rival's own liquidation failed");
        await exchange.Rpc.RequestAsync("evm_setIntervalMining", 1);

        await keeper.UntilAsync(async () => (await keeper.EntriesAsync<JournalEntry.Missed>()).Count > 0);
        await keeper.UntilAsync(async () => (await keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes).Any(entry => entry.Account == taken.Account));
        await exchange.CalmAsync(await exchange.BlockNumberAsync());
        var outcomes = (await keeper.EntriesAsync<JournalEntry.Settled>()).SelectMany(settled => settled.Outcomes).ToArray();
        output.WriteLine(string.Join('\n', outcomes.Select(entry => entry.ToString())));

        var expected = new Rival(rival, block, hash, await PriceAsync(exchange, hash));
        var raced = Assert.Single(outcomes, entry => entry.Account == taken.Account);
        Assert.Equal((Outcome.Raced, expected), (raced.Outcome, raced.Rival));
        Assert.All(outcomes.Where(entry => entry.Account != taken.Account), entry => Assert.Equal(Outcome.Won, entry.Outcome));
        var missed = Assert.Single(await keeper.EntriesAsync<JournalEntry.Missed>());
        Assert.Equal((taken.Account, expected), (missed.Account, missed.By));
        Assert.StartsWith($"in_flight: nonce {intent.Nonce}", missed.Doing, StringComparison.Ordinal);
        Assert.Single(await keeper.EntriesAsync<JournalEntry.Intended>(), plan => plan.Items.Any(item => item.Account == taken.Account));
        Assert.False(keeper.Sender!.IsBackingOff(taken.Account, block));
    }

    [Fact]
    public async Task What_we_leave_alone_and_a_rival_takes_is_told_with_the_reason()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 5);
        await using var keeper = await InProcessKeeper.StartAsync(exchange.Setup with { Planning = new() { MinProfit = Usd.Whole(1_000_000) } }, exchange.Place);
        await keeper.UntilReadyAsync();
        await exchange.TransmitAsync(93);
        var block = await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
        for (var i = 0; i < 30 && (await exchange.LiquidatableAsync(block)).Count == 0; i++) block = await exchange.NextBlockAsync(block);
        // The keeper has decided on the price when it has seen a block above it.
        block = await exchange.NextBlockAsync(await exchange.NextBlockAsync(block));

        var rival = await RivalAsync(exchange);
        var hash = Hash32.Zero;
        foreach (var account in (await exchange.LiquidatableAsync(block)).Order())
        {
            for (uint market = 0; market < 8 && hash == Hash32.Zero; market++)
            {
                var sent = await LiquidateAsync(exchange, rival, account, market);
                block = await exchange.NextBlockAsync(await exchange.BlockNumberAsync());
                if (await SucceededAsync(exchange, sent)) hash = sent;
            }
            if (hash != Hash32.Zero) break;
        }
        await keeper.UntilAsync(async () => (await keeper.EntriesAsync<JournalEntry.Missed>()).Count > 0);
        var missed = Assert.Single(await keeper.EntriesAsync<JournalEntry.Missed>());
        output.WriteLine(missed.ToString());
        Assert.Equal((rival, hash), (missed.By.Liquidator, missed.By.Transaction));
        Assert.StartsWith("skipped: below_min_profit (", missed.Doing, StringComparison.Ordinal);
        Assert.Empty(await keeper.EntriesAsync<JournalEntry.Intended>());
    }

    /// <summary>Unlocked and rich, and neither owner nor treasury.</summary>
    private static async Task<Address> RivalAsync(ExchangeChain exchange) => (await exchange.Chain.AccountsAsync(default))[4];

    /// <param name="item">What the keeper would do: <c>close 1.5 of market 2</c>.</param>
    private static Task<Hash32> LiquidateAsync(ExchangeChain exchange, Address rival, IntendedItem item) => LiquidateAsync(
        exchange, rival, ulong.Parse(item.Account["refperps:".Length..], System.Globalization.CultureInfo.InvariantCulture),
        uint.Parse(item.What[(item.What.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    private static async Task<Hash32> LiquidateAsync(ExchangeChain exchange, Address rival, ulong account, uint market)
    {
        var sent = await exchange.Rpc.RequestAsync("eth_sendTransaction", new Dictionary<string, string>
        {
            ["from"] = rival.ToString(),
            ["to"] = exchange.Deployment.Perps.ToString(),
            ["data"] = Hex.Encode(new AbiWriter().Word((UInt256)account).Word((UInt256)market).Word(UInt256.MaxValue).ToCall(LiquidatePosition)),
            ["gas"] = "0x200000",
            ["maxFeePerGas"] = "0xe8d4a51000",
            ["maxPriorityFeePerGas"] = "0xe8d4a51000",
        });
        return Hash32.Parse(sent.GetString()!);
    }

    private static async Task<bool> SucceededAsync(ExchangeChain exchange, Hash32 hash) =>
        (await exchange.Rpc.RequestAsync("eth_getTransactionReceipt", hash.ToString())) is { ValueKind: System.Text.Json.JsonValueKind.Object } receipt
        && receipt.GetProperty("status").GetString() == "0x1";

    private static async Task<Wei> PriceAsync(ExchangeChain exchange, Hash32 hash) =>
        new(UInt256.Parse((await exchange.Rpc.RequestAsync("eth_getTransactionReceipt", hash.ToString())).GetProperty("effectiveGasPrice").GetString()!));
}
