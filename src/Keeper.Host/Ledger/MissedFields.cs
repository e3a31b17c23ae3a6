using Keeper.Core.Chain;

namespace Keeper.Host.Ledger;

/// <summary>The columns of <c>missed</c>.</summary>
internal static class MissedFields
{
    public static readonly IReadOnlyList<ExportField<MissedLiquidation>> All =
    [
        new("time_utc", FieldForm.Text, row => LedgerText.Utc(row.Time)),
        new("account", FieldForm.Foreign, row => ForeignText.Clean(row.Account)),
        new("block", FieldForm.Number, row => row.By is { } by ? LedgerText.Number(by.BlockNumber) : null),
        new("rival", FieldForm.Text, row => row.By?.Liquidator.ToString()),
        new("transaction", FieldForm.Text, row => row.By?.Transaction.ToString()),
        new("price_per_gas_wei", FieldForm.Text, row => row.By?.PricePerGas?.ToString()),
        new("doing", FieldForm.Foreign, row => ForeignText.Clean(row.Doing)),
        new("plan", FieldForm.Number, row => row.Plan is { } plan ? LedgerText.Number(plan) : null),
    ];
}
