using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Telemetry;

namespace Keeper.Host.Ledger;

/// <summary>One column of the export. Both forms have the same names in the same order; what the journal does not hold is null.</summary>
internal sealed record ExportField(string Name, ExportField.Kind Form, Func<SettledTransaction, string?> Value)
{
    public enum Kind
    {
        /// <summary>The keeper's own text: times, hashes, amounts, which a 64-bit float would round.</summary>
        Text,

        /// <summary>A count that JSON can hold.</summary>
        Number,

        /// <summary>Somebody else may have a hand in it.</summary>
        Foreign,
    }

    public const string OutcomesName = "outcomes";

    public static readonly IReadOnlyList<ExportField> All =
    [
        new("time_utc", Kind.Text, row => row.SeenAt is { } seen ? LedgerText.Utc(seen) : null),
        new("settled_utc", Kind.Text, row => LedgerText.Utc(row.SettledAt)),
        new("plan", Kind.Number, row => LedgerText.Number(row.Plan.Plan)),
        new("sender", Kind.Text, row => row.Plan.Intent.Key.ToString()),
        new("nonce", Kind.Number, row => LedgerText.Number(row.Plan.Intent.Nonce)),
        new("hash", Kind.Text, row => row.Settled.Hash.ToString()),
        new("block", Kind.Number, row => row.Mined is { } mined ? LedgerText.Number(mined.BlockNumber) : null),
        new("block_hash", Kind.Text, row => row.Mined?.BlockHash.ToString()),
        new("kind", Kind.Text, row => row.IsCancel ? "cancel" : "execute"),
        new("status", Kind.Text, row => row.Mined is { } mined ? mined.Succeeded ? "succeeded" : "reverted" : null),
        new("gas_used", Kind.Number, row => row.Mined is { } mined ? LedgerText.Number(mined.GasUsed.Value) : null),
        new("effective_gas_price_wei", Kind.Text, row => row.Mined?.EffectiveGasPrice.ToString()),
        new("fee_wei", Kind.Text, row => row.Fee?.ToString()),
        new("l1_fee_wei", Kind.Text, _ => null),
        new(OutcomesName, Kind.Foreign, row => string.Join(" | ", row.Settled.Outcomes.Select(Text))),
        new("reward_token", Kind.Text, row => Joined(row.Least.Select(least => least.Token.ToString()))),
        new("reward_least", Kind.Text, row => Joined(row.Least.Select(least => least.Amount.ToString()))),
        new("reward_amount", Kind.Text, _ => null),
        new("reward_decimals", Kind.Number, _ => null),
        new("reward_usd", Kind.Text, _ => null),
        new("expected_reward_usd", Kind.Text, row => LedgerText.Exact(row.Plan.Intent.ExpectedReward)),
    ];

    public static string Text(AccountOutcome outcome) =>
        $"{ForeignText.Clean(outcome.Account)} {Label.Of(outcome.Outcome)}{(string.IsNullOrEmpty(outcome.Detail) ? "" : ": ")}{ForeignText.Clean(outcome.Detail)}";

    private static string? Joined(IEnumerable<string> values) => string.Join(' ', values) is { Length: > 0 } text ? text : null;
}
