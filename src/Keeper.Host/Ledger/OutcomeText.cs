using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Ledger;

/// <summary>What became of an account, and to whom a race was lost.</summary>
internal static class OutcomeText
{
    public static string Of(AccountOutcome outcome) =>
        $"{ForeignText.Clean(outcome.Account)} {Label.Of(outcome.Outcome)}{(string.IsNullOrEmpty(outcome.Detail) ? "" : ": ")}{ForeignText.Clean(outcome.Detail)}{Of(outcome.Rival)}";

    private static string Of(Rival? rival) =>
        rival is null ? "" : $", to {rival.Liquidator} by {rival.Transaction} in block {rival.BlockNumber} at {rival.PricePerGas?.ToString() ?? "an unknown number of"} wei for a unit of gas";

    public static void Write(Utf8JsonWriter json, IReadOnlyList<AccountOutcome> outcomes)
    {
        json.WriteStartArray();
        foreach (var (account, outcome, detail, rival) in outcomes)
        {
            json.WriteStartObject();
            json.WriteString("account", ForeignText.Clean(account));
            json.WriteString("outcome", Label.Of(outcome));
            json.WriteString("detail", detail is null ? null : ForeignText.Clean(detail));
            json.WritePropertyName("rival");
            Write(json, rival);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Rival? rival)
    {
        if (rival is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("liquidator", rival.Liquidator.ToString());
        json.WriteString("transaction", rival.Transaction.ToString());
        json.WriteNumber("block", rival.BlockNumber);
        json.WriteString("price_per_gas_wei", rival.PricePerGas?.ToString());
        json.WriteEndObject();
    }
}
