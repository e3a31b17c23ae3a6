using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Keeper.Core.Chain;
using Spectre.Console;

namespace Keeper.Host.Cli;

/// <summary>An answer of a keeper for people.</summary>
internal static class CtlTables
{
    public static void Write(CliContext context, JsonElement answer)
    {
        if (Text(answer, "refusal") is { } refusal) context.Error.WriteLine($"keeper: refused: {refusal}");
        if (Text(answer, "said") is { } said) context.Out.WriteLine(said);
        if (!answer.TryGetProperty("status", out var status)) return;
        var console = Tables.On(context.Out);
        console.Write(Summary(status));
        console.Write(Breakers(status.GetProperty("breakers")));
        if (status.GetProperty("slots").GetArrayLength() > 0) console.Write(Slots(status.GetProperty("slots")));
    }

    private static Table Summary(JsonElement status)
    {
        var table = new Table().Border(TableBorder.Minimal).HideHeaders().AddColumns("", "");
        Row("sending", Text(status, "halted") is { } halted ? $"halted: {halted}" : "yes");
        Row("key", Text(status, "key"));
        Row("block", Text(status, "block"));
        Row("next nonce", $"{Text(status, "nextNonce")}, the chain counts {Text(status, "chainNonce") ?? "?"}");
        Row("balance", $"{Coins(status, "balanceWei")}, at least {Coins(status, "minBalanceWei")}");
        Row("spent in the hour", $"{Coins(status, "spentInHourWei")} and {Coins(status, "openAtWorstWei")} in flight at worst, of {Coins(status, "limitOfHourWei")}");
        Row("spent by the key", $"{Coins(status, "spentEverWei")}{(Text(status, "limitOfKeyWei") is null ? "" : $", of {Coins(status, "limitOfKeyWei")}")}");
        Row("in flight", $"{status.GetProperty("slots").GetArrayLength().ToString(CultureInfo.InvariantCulture)}, and {Text(status, "settled")} settled but not final");
        return table;

        void Row(string name, string? value) => table.AddRow(new Text(name), new Text(value ?? "?"));
    }

    private static Table Breakers(JsonElement breakers)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("breaker", "", "since", "closes", "reason");
        foreach (var breaker in breakers.EnumerateArray())
        {
            var isOpen = breaker.GetProperty("open").GetBoolean();
            var name = Text(breaker, "breaker")!;
            table.AddRow(
                new Text(Text(breaker, "protocol") is { } protocol ? $"{name} ({protocol})" : name), isOpen ? new Text("open", new Style(Color.Red)) : new Text("closed"), new Text(Time(breaker, "since")),
                new Text(!isOpen ? "" : name == "foreign_nonce" ? "by adopt-nonce" : breaker.GetProperty("needsPerson").GetBoolean() ? "by resume" : Time(breaker, "resumesAt") is { Length: > 0 } at ? at : name == "balance" ? "when funded" : "by resume"),
                new Text(Text(breaker, "reason") ?? ""));
        }
        return table;
    }

    private static Table Slots(JsonElement slots)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("nonce", "transaction", "age", "fee cap, tip (gwei)", "state", "accounts");
        foreach (var slot in slots.EnumerateArray())
        {
            var state = $"{Text(slot, "state")}{(Text(slot, "minedIn") is { } block ? $" in block {block}" : $", attempt {Text(slot, "attempts")}{(slot.GetProperty("cancel").GetBoolean() ? ", a cancel" : "")}")}";
            var accounts = slot.GetProperty("accounts").EnumerateArray().Select(account => ForeignText.Clean(account.GetString())).ToArray();
            table.AddRow(
                new Text(Text(slot, "nonce")!), new Text(Text(slot, "hash")!), new Text($"{Text(slot, "ageSeconds")} s"),
                new Text($"{Scaled(slot, "maxFeePerGasWei", 9)}, {Scaled(slot, "maxPriorityFeePerGasWei", 9)}"), new Text(state), new Text(string.Join(", ", accounts)));
        }
        return table;
    }

    /// <summary>Nothing of an answer drives a terminal.</summary>
    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? ForeignText.Clean(value.ToString(), 1_000) : null;

    private static string Coins(JsonElement element, string name) => Scaled(element, name, 18);

    private static string Scaled(JsonElement element, string name, int decimals)
    {
        if (!BigInteger.TryParse(Text(element, name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return "?";
        var digits = value.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var fraction = digits[^decimals..].TrimEnd('0');
        return fraction.Length == 0 ? digits[..^decimals] : $"{digits[..^decimals]}.{fraction}";
    }

    private static string Time(JsonElement element, string name) =>
        long.TryParse(Text(element, name), CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "";
}
