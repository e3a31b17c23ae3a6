using System.Text.Json.Nodes;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Host;
using Keeper.Tests.Host.Ledger;
using Keeper.Tests.Journal;

namespace Keeper.Tests.Host;

public sealed class JournalExportTests : IDisposable
{
    private const string Names =
        "time_utc,settled_utc,plan,sender,nonce,hash,block,block_hash,block_time_utc,kind,status,gas_used,effective_gas_price_wei,l1_fee_wei,fee_wei,outcomes," +
        "reward_token,reward_symbol,reward_decimals,reward_least,reward_amount,reward_usd,reward_price_source,expected_reward_usd," +
        "fee_usd,fee_price_source,moved_token,moved_symbol,moved_decimals,moved_in,moved_out,moved_in_usd,moved_out_usd,moved_price_source";

    private const string Token = "0x00000000000000000000000000000000000000dd";

    private readonly WrittenJournal _journal = new();

    public void Dispose() => _journal.Dispose();

    [Fact]
    public async Task Every_settled_transaction_is_a_row_and_nothing_else_is()
    {
        await WriteAsync();
        var told = await _journal.RunAsync("export", "--format", "csv", "--out", "-");
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        Assert.Equal(
            [
                Names,
                $"2026-01-02T03:05:05.678Z,2026-01-02T03:06:05.678Z,1,{Samples.Mine},7,{Samples.Hash(1)},101,{Samples.Hash(101)},2023-11-14T22:13:32Z,execute,succeeded,210000,25000000000,777,5250000000000777," +
                $"\"refperps:17 won | refperps:18 reverted: Healthy(\"\"18\"\")\\u000aé\",{Token},USDX,18,12345678901234567890123,12345678901234567899999,12345.678901234567899999,\"unit of account\",1234.5,15.750000000002331,\"feed =x\",\"{Token} {Samples.Foreign}\",\"USDX | ?\",\"18 ?\",\"20 9\",\"8 0\",\"0.00000000000000002 ?\",\"0.000000000000000008 ?\",\"unit of account | ?\"",
                $"2026-01-02T03:08:05.678Z,2026-01-02T03:09:05.678Z,5,{Samples.Mine},8,{Samples.Hash(2)},102,{Samples.Hash(102)},,execute,reverted,210000,25000000000,,5250000000000000," +
                $"\"refperps:17 raced: MinProfitNotMet, to {Samples.Foreign} by {Samples.Hash(99)} in block 101 at 31000000000 wei for a unit of gas\",,,,,,,,-0.000000000000000005,,,,,,,,,,",
                $"2026-01-02T03:12:05.678Z,2026-01-02T03:13:05.678Z,9,{Samples.Mine},9,{Samples.Hash(4)},103,{Samples.Hash(103)},,cancel,succeeded,210000,25000000000,,5250000000000000," +
                "\"refperps:17 expired: cancelled\",,,,,,,,-0.000000000000000005,,,,,,,,,,",
                "",
            ],
            told.Out.Split("\r\n"));
    }

    [Fact]
    public async Task Lines_of_json_have_the_same_fields_with_null_for_what_is_not_known()
    {
        await WriteAsync();
        var told = await _journal.RunAsync("export", "--format", "jsonl", "--out", "-");
        var rows = told.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject()).ToArray();
        Assert.Equal([1, 5, 9], rows.Select(row => (int)row["plan"]!));
        Assert.All(rows, row => Assert.Equal(Names, string.Join(',', row.Select(field => field.Key))));
        Assert.Equal("12345678901234567890123", (string?)rows[0]["reward_least"]);
        Assert.Equal(210_000, (int)rows[0]["gas_used"]!);
        Assert.Equal("25000000000", (string?)rows[0]["effective_gas_price_wei"]);
        Assert.Equal(("777", "12345678901234567899999", "18", "12345.678901234567899999"), ((string?)rows[0]["l1_fee_wei"], (string?)rows[0]["reward_amount"], (string?)rows[0]["reward_decimals"], (string?)rows[0]["reward_usd"]));
        foreach (var unknown in new[] { "block_time_utc", "l1_fee_wei", "reward_amount", "reward_decimals", "reward_usd" }) Assert.All(rows[1..], row => Assert.Null(row[unknown]));
        Assert.Equal("""[{"account":"refperps:17","outcome":"won","detail":null,"rival":null},{"account":"refperps:18","outcome":"reverted","detail":"Healthy(\"18\")\\u000aé","rival":null}]""",
            Outcomes(rows[0]));
        Assert.Equal($$$"""[{"account":"refperps:17","outcome":"raced","detail":"MinProfitNotMet","rival":{"liquidator":"{{{Samples.Foreign}}}","transaction":"{{{Samples.Hash(99)}}}","block":101,"price_per_gas_wei":"31000000000"}}]""",
            Outcomes(rows[1]));

        static string Outcomes(JsonObject row) => row["outcomes"]!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>What its records have no field for stays empty.</summary>
    [Fact]
    public async Task A_journal_of_version_1_is_exported_as_it_is()
    {
        var path = Version1.In(_journal.Directory, "old.db");
        var told = await Cli.RunAsync(new Dictionary<string, string>(), "", "journal", "export", "--path", path, "--format", "csv", "--out", "-");
        Assert.Equal((ExitCode.Ok, ""), (told.Code, told.Error));
        var rows = told.Out.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [
                Names,
                $"2026-01-02T03:08:05.678Z,2026-01-02T03:09:05.678Z,1,{Samples.Mine},7,{Samples.Hash(11)},101,{Samples.Hash(101)},,execute,succeeded,210000,25000000000,,5250000000000000," +
                $"\"refperps:17 won | refperps:18 reverted: Healthy(\"\"18\"\")\\u000aé\",{Token},,,12345678901234567890,,,,1234,,,,,,,,,,",
                $"2026-01-02T03:11:05.678Z,2026-01-02T03:12:05.678Z,8,{Samples.Mine},8,{Samples.Hash(20)},102,{Samples.Hash(102)},,execute,reverted,210000,25000000000,,5250000000000000," +
                "\"refperps:17 raced: MinProfitNotMet\",,,,,,,,1234,,,,,,,,,,",
            ],
            rows[..3]);
        Assert.Equal(["12", "21"], rows[3..].Select(row => row.Split(',')[2]));
        Assert.Equal(Version1.Bytes, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Several_tokens_stand_in_one_order_and_what_brought_nothing_says_so()
    {
        var other = Address.Parse("0x00000000000000000000000000000000000000ee");
        var intent = Samples.Intended(7) with { Data = ExecutorCall.Encode([], [(Address.Parse(Token), 5UL), (other, 6UL)], 99) };
        PaidToken[] paid = [Samples.Paid() with { Token = Samples.Foreign, Decimals = null, Value = null, PriceSource = null }, Samples.Paid("8") with { Token = other, Symbol = "=A1", Decimals = 0 }];
        await _journal.WriteAsync([intent, Samples.Signed(0, 7)], [Samples.Mined(1)], [new JournalEntry.Settled(1, Samples.Hash(1), [new("refperps:17", Outcome.Won, null)], paid)]);
        var row = JsonNode.Parse((await _journal.RunAsync("export", "--format", "jsonl", "--out", "-")).Out)!.AsObject();
        Assert.Equal(
            ($"{Token} {other} {Samples.Foreign}", "5 6 ?", "0 8 123456789012", "? | =A1 | USDC", "? 0 ?", "0 123456 ?", "? | unit of account | ?"),
            (Text("reward_token"), Text("reward_least"), Text("reward_amount"), Text("reward_symbol"), Text("reward_decimals"), Text("reward_usd"), Text("reward_price_source")));

        string? Text(string name) => (string?)row[name];
    }

    /// <summary>The same bytes begin another plan: counted under both, the gas would be spent twice in the books.</summary>
    [Fact]
    public async Task A_transaction_that_a_reorg_moved_is_one_row_and_none_while_it_is_out()
    {
        await _journal.WriteAsync(Samples.Opening(7), [Samples.Mined(1)], [Samples.Settled(1)]);
        Assert.Equal("1", await Plans());
        await _journal.WriteAsync(Samples.Opening(7));
        Assert.Empty(await Plans());
        await _journal.WriteAsync([Samples.Mined(5, block: 105)], [Samples.Settled(5)]);
        Assert.Equal("5", await Plans());
    }

    [Theory]
    [InlineData("=HYPERLINK(\"http://x\")")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    public async Task No_cell_with_text_of_others_begins_as_a_formula(string account)
    {
        await _journal.WriteAsync(Samples.Opening(7), [Samples.Mined(1)], [new JournalEntry.Settled(1, Samples.Hash(1), [new(account, Outcome.Reverted, "x")])]);
        var told = await _journal.RunAsync("export", "--format", "csv", "--out", "-");
        Assert.Contains($",\"'{account.Replace("\"", "\"\"", StringComparison.Ordinal)} reverted: x\",", told.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_made_for_its_owner_alone_and_never_overwritten()
    {
        await WriteAsync();
        var file = _journal.In("books.csv");
        var told = await _journal.RunAsync("export", "--format", "csv", "--out", file);
        Assert.Equal((ExitCode.Ok, "", ""), (told.Code, told.Out, told.Error));
        var written = File.ReadAllBytes(file);
        Assert.Equal((await _journal.RunAsync("export", "--format", "csv", "--out", "-")).Out, System.Text.Encoding.UTF8.GetString(written));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        var again = await _journal.RunAsync("export", "--format", "jsonl", "--out", file);
        Assert.Equal((ExitCode.Config, $"--out names {file}, which exists and is not overwritten"), (again.Code, Assert.Single(again.Problems)));
        Assert.Equal(written, File.ReadAllBytes(file));

        var nowhere = await _journal.RunAsync("export", "--format", "csv", "--out", _journal.In("no/such/books.csv"));
        Assert.Equal(ExitCode.Environment, nowhere.Code);
        Assert.Contains("cannot be written", Assert.Single(nowhere.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--format", "xml", "--out", "-")]
    [InlineData("--out", "-")]
    [InlineData("--format", "csv")]
    public async Task A_wrong_command_line_is_refused(params string[] args)
    {
        var told = await _journal.RunAsync("export", args);
        Assert.Equal((ExitCode.Config, ""), (told.Code, told.Out));
    }

    /// <summary>Won, reverted and cancelled; abandoned and open ones are no settled transactions.</summary>
    private Task WriteAsync()
    {
        var won = Samples.Intended(7) with
        {
            Data = ExecutorCall.Encode([], [(Address.Parse(Token), UInt256.Parse("12345678901234567890123"))], 99),
            ExpectedReward = new Usd(Usd.Whole(2_469).Value / (Int256)2L),
        };
        var call = ExecutorCall.Encode([], [(Address.Parse(Token), 5UL)], 99);
        return _journal.WriteAsync(
            [won, Samples.Signed(0, 7)], [Samples.Mined(1) with { BlockTime = 1_700_000_012, L1Fee = new(777), CoinPrice = Usd.Whole(3_000), CoinPriceSource = "feed =x" }],
            [Samples.Settled(1) with { Paid = [new(Address.Parse(Token), UInt256.Parse("12345678901234567899999"), "USDX", 18, new Usd((Int256)System.Numerics.BigInteger.Parse("12345678901234567899999")), "unit of account")], Moved =
            [
                new(Address.Parse(Token), 20UL, 8UL, "USDX", 18, new Usd((Int256)20L), new Usd((Int256)8L), "unit of account"), new(Samples.Foreign, 9UL, UInt256.Zero, null, null, null, null, null),
            ] }],
            [Samples.Intended(8) with { Data = call }, Samples.Signed(0, 8, hash: 2)], [Samples.Mined(5, 2, 102) with { Succeeded = false }], [new JournalEntry.Settled(5, Samples.Hash(2), [new("refperps:17", Outcome.Raced, "MinProfitNotMet", Samples.Rival())])],
            [Samples.Intended(9) with { Data = call }, Samples.Signed(0, 9, hash: 3)], [Samples.Signed(9, 9, 1, 4) with { IsCancel = true }],
            [Samples.Mined(9, 4, 103)], [new JournalEntry.Settled(9, Samples.Hash(4), [new("refperps:17", Outcome.Expired, "cancelled")])],
            Samples.Opening(10, hash: 5), [Samples.Abandoned(14)], Samples.Opening(11, hash: 6), [Samples.Mined(17, 6)]);
    }

    private async Task<string> Plans() =>
        string.Join(", ", (await _journal.RunAsync("export", "--format", "jsonl", "--out", "-")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => (int)JsonNode.Parse(line)!["plan"]!));
}
