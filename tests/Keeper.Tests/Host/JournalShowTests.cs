using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Host;
using Keeper.Tests.Host.Ledger;
using Keeper.Tests.Journal;

namespace Keeper.Tests.Host;

public sealed class JournalShowTests : IDisposable
{
    private readonly WrittenJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task A_plan_is_one_block_with_all_that_was_written_of_it()
    {
        await _journal.WriteAsync([.. Samples.Life(1, 7, 10)]);
        var told = await _journal.RunAsync("show");
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        Assert.Equal(
            $"""
            plan 1: nonce 7 of {Samples.Mine}, settled
              2026-01-02T03:04:05.678Z  intended   on block 100 {Samples.Hash(100)} and an oracle's log ahead of its block
                  expected reward -0.000000000000000005 USD, at most 115792089237316195423570985008687907853269984665640564039457584007913129639935 wei for a unit of gas, gas limit 18446744073709551615, until 2023-11-14T22:13:44Z
                  refperps:17  close 1.5 of market 2
                  refperps:18  resolve bad debt
              2026-01-02T03:04:05.678Z  signed     {Samples.Hash(10)} attempt 0, nonce 7, at most 30000000000 wei with a tip of 2000000000 wei for a unit of gas
              2026-01-02T03:05:05.678Z  broadcast  {Samples.Hash(10)} replacement_underpriced
              2026-01-02T03:06:05.678Z  signed     {Samples.Hash(11)} attempt 1, nonce 7, at most 30000000000 wei with a tip of 2000000000 wei for a unit of gas
              2026-01-02T03:07:05.678Z  mined      {Samples.Hash(11)} in block 101 {Samples.Hash(101)}, succeeded
                  210000 gas at 25000000000 wei: fee 5250000000000000 wei
              2026-01-02T03:08:05.678Z  settled    {Samples.Hash(11)}
                  refperps:17 won
                  refperps:18 reverted: Healthy("18")\u000aé


            """.ReplaceLineEndings(Environment.NewLine), told.Out);
    }

    [Fact]
    public async Task What_the_second_version_of_the_journal_knows_is_shown()
    {
        await _journal.WriteAsync(
            [Samples.Intended(7), Samples.Signed(0, 7) with { PrivateUntil = 105 }], [Samples.Mined(1) with { BlockTime = 1_700_000_012, L1Fee = new(777) }],
            [new JournalEntry.Settled(1, Samples.Hash(1), [new("refperps:17", Outcome.Raced, null, Samples.Rival())], [Samples.Paid(), Samples.Paid("7") with { Symbol = null, Decimals = null, Value = null, PriceSource = null }])]);
        var told = (await _journal.RunAsync("show")).Out;
        foreach (var line in new[]
        {
            "for a unit of gas, private up to block 105",
            $"in block 101 {Samples.Hash(101)} of 2023-11-14T22:13:32Z, succeeded",
            "210000 gas at 25000000000 wei and 777 wei for the layer below: fee 5250000000000777 wei",
            $"refperps:17 raced, to {Samples.Foreign} by {Samples.Hash(99)} in block 101 at 31000000000 wei for a unit of gas",
            $"paid 123456.789012 USDC ({Samples.Foreign}), 123456 USD by unit of account",
            $"paid 7 of the smallest unit ({Samples.Foreign}), value not known",
        }) Assert.Contains(line + Environment.NewLine, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_third_version_of_the_journal_knows_is_shown()
    {
        await _journal.WriteAsync(
            Samples.Opening(7), [Samples.Mined(1) with { CoinPrice = Usd.Whole(3_000), CoinPriceSource = "feed x\u001b[2J" }],
            [new JournalEntry.Settled(1, Samples.Hash(1), [], [], [new(Samples.Foreign, 20_000_000UL, 8UL, "USDC", 6, null, null, null), new(Samples.Mine, 9UL, UInt256.Zero, null, null, null, null, null)])]);
        var told = (await _journal.RunAsync("show")).Out;
        foreach (var line in new[]
        {
            "210000 gas at 25000000000 wei: fee 5250000000000000 wei, 3000 USD a coin by feed x\\u001b[2J",
            $"moved 20 in and 0.000008 out, USDC ({Samples.Foreign})",
            $"moved 9 of the smallest unit in and 0 of the smallest unit out, ({Samples.Mine})",
        }) Assert.Contains(line + Environment.NewLine, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Breakers_and_adopted_nonces_stand_between_the_plans_in_the_order_of_time()
    {
        await _journal.WriteAsync(
            Samples.Opening(7), [Samples.Breaker()], [Samples.Adopted(12) with { Reason = "a\u001b[2J" }], Samples.Opening(12, hash: 2), [Samples.Breaker(isOpen: false, isManual: true)], [Samples.Missed()]);
        var lines = (await _journal.RunAsync("show")).Out.Split(Environment.NewLine).Where(line => line.Length > 0 && line[0] != ' ').ToArray();
        Assert.Equal(
            [
                "2026-01-02T03:08:05.678Z  breaker gas closed by an operator at block time 2023-11-14T22:13:32Z: 0.5 of 0.4 spent without success",
                $"plan 5: nonce 12 of {Samples.Mine}, open: not mined yet",
                $"2026-01-02T03:06:05.678Z  nonces of {Samples.Mine} below 12 adopted: a\\u001b[2J",
                "2026-01-02T03:05:05.678Z  breaker gas opened of itself at block time 2023-11-14T22:13:32Z: 0.5 of 0.4 spent without success",
                $"plan 1: nonce 7 of {Samples.Mine}, open: not mined yet",
            ],
            lines);
        Assert.DoesNotContain("breaker", (await _journal.RunAsync("show", "--plan", "1")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("adopted", (await _journal.RunAsync("show", "--since", "2026-01-02T03:07Z")).Out, StringComparison.Ordinal);
        Assert.Contains("4 older not shown", (await _journal.RunAsync("show", "--limit", "1")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_choose_and_the_newest_comes_first()
    {
        JournalEntry[] other = [Samples.Intended(8) with { Items = [new("perps:9", "close")] }, Samples.Signed(0, 8, hash: 20)];
        await _journal.WriteAsync([.. Samples.Life(1, 7, 10), other, [Samples.Signed(7, 8, 1, 21) with { IsCancel = true, Fees = Fees.Legacy(default) }], [Samples.Abandoned(7)], Samples.Opening(9, hash: 30)]);
        Assert.Equal("11, 7, 1", await Plans());
        Assert.Equal("11, 1", await Plans("--account", "refperps:17"));
        Assert.Equal("7", await Plans("--account", "perps:9"));
        Assert.Empty(await Plans("--account", "perps"));
        Assert.Equal("1", await Plans("--transaction", Samples.Hash(10).ToString()));
        Assert.Equal("7", await Plans("--transaction", Samples.Hash(21).ToString()));
        Assert.Equal("7", await Plans("--plan", "7"));
        Assert.Empty(await Plans("--plan", "8"));
        Assert.Equal("11, 7, 1", await Plans("--since", "2026-01-02T03:08Z"));
        Assert.Equal("11, 7", await Plans("--since", "2026-01-02T03:08:05.679"));
        Assert.Equal("11", await Plans("--since", "2026-01-02T05:12:00+02:00"));
        Assert.Equal("11, 7, 1", await Plans("--since", "2026-01-02"));
        Assert.Empty(await Plans("--since", "2026-01-03"));
        Assert.Equal("11", await Plans("--limit", "1"));
        Assert.Contains("2 older not shown", (await _journal.RunAsync("show", "--limit", "1")).Out, StringComparison.Ordinal);
        var cancelled = (await _journal.RunAsync("show", "--plan", "7")).Out;
        Assert.Contains("attempt 1, a cancellation, nonce 8, gas price 0 wei", cancelled, StringComparison.Ordinal);
        Assert.Contains("abandoned  no longer pays", cancelled, StringComparison.Ordinal);
        Assert.Contains("no plan of the journal fits", (await _journal.RunAsync("show", "--plan", "8")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_reorg_took_out_names_the_plan_that_took_it_up()
    {
        await _journal.WriteAsync(Samples.Opening(7), [Samples.Mined(1)], [Samples.Settled(1)], Samples.Opening(7));
        var told = await _journal.RunAsync("show");
        Assert.Contains($"plan 1: nonce 7 of {Samples.Mine}, settled, but taken out of the chain by a reorg: plan 5 took it up again", told.Out, StringComparison.Ordinal);
        Assert.Contains($"plan 5: nonce 7 of {Samples.Mine}, open: not mined yet", told.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_others_cannot_drive_the_terminal_or_forge_a_line()
    {
        const string evil = "a\u001b[2J\r\nplan 99: settled\u202e";
        JournalEntry[] opening = [Samples.Intended(7) with { Items = [new(evil, evil)] }, Samples.Signed(0, 7)];
        await _journal.WriteAsync(opening, [Samples.Mined(1)], [new JournalEntry.Settled(1, Samples.Hash(1), [new(evil, Outcome.Reverted, evil)])], Samples.Opening(8, hash: 2), [new JournalEntry.Abandoned(5, evil)]);
        var told = await _journal.RunAsync("show");
        Assert.Equal(ExitCode.Ok, told.Code);
        Assert.DoesNotContain(told.Out, character => character is '\u001b' or '\u202e' or '\r');
        Assert.DoesNotContain(told.Out.Split('\n'), line => line.StartsWith("plan 99", StringComparison.Ordinal));
        Assert.Equal(5, told.Out.Split(@"a\u001b[2J\u000d\u000aplan 99").Length - 1);
    }

    [Theory]
    [InlineData("--transaction", "0x12", "--transaction is not a transaction hash")]
    [InlineData("--since", "yesterday", "--since is not a time")]
    [InlineData("--since", "12:00", "--since is not a time")]
    [InlineData("--limit", "0", "--limit is below 1")]
    public async Task A_wrong_filter_is_named_before_the_journal_is_looked_for(string option, string value, string problem)
    {
        var told = await _journal.RunAsync("show", option, value);
        Assert.Equal((ExitCode.Config, problem), (told.Code, Assert.Single(told.Problems)));
    }

    /// <summary>The numbers of the plans shown, in the order shown.</summary>
    private async Task<string> Plans(params string[] args)
    {
        var told = await _journal.RunAsync("show", args);
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        return string.Join(", ", told.Out.Split('\n').Where(line => line.StartsWith("plan ", StringComparison.Ordinal)).Select(line => line[5..line.IndexOf(':', StringComparison.Ordinal)]));
    }
}
