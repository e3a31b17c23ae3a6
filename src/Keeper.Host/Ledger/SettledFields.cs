using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;

namespace Keeper.Host.Ledger;

/// <summary>The columns of <c>journal export</c>.</summary>
internal static class SettledFields
{
    /// <summary>Stands for what is not known of one of several tokens; where it is known of none the cell is empty.</summary>
    private const string NotKnown = "?";

    public static readonly IReadOnlyList<ExportField<SettledTransaction>> All =
    [
        new("time_utc", FieldForm.Text, row => row.SeenAt is { } seen ? LedgerText.Utc(seen) : null),
        new("settled_utc", FieldForm.Text, row => LedgerText.Utc(row.SettledAt)),
        new("plan", FieldForm.Number, row => LedgerText.Number(row.Plan.Plan)),
        new("sender", FieldForm.Text, row => row.Plan.Intent.Key.ToString()),
        new("nonce", FieldForm.Number, row => LedgerText.Number(row.Plan.Intent.Nonce)),
        new("hash", FieldForm.Text, row => row.Settled.Hash.ToString()),
        new("block", FieldForm.Number, row => row.Mined is { } mined ? LedgerText.Number(mined.BlockNumber) : null),
        new("block_hash", FieldForm.Text, row => row.Mined?.BlockHash.ToString()),
        new("block_time_utc", FieldForm.Text, row => row.Mined?.BlockTime is { } time ? LedgerText.BlockTime(time) : null),
        new("kind", FieldForm.Text, row => row.IsCancel ? "cancel" : "execute"),
        new("status", FieldForm.Text, row => row.Mined is { } mined ? mined.Succeeded ? "succeeded" : "reverted" : null),
        new("gas_used", FieldForm.Number, row => row.Mined is { } mined ? LedgerText.Number(mined.GasUsed.Value) : null),
        new("effective_gas_price_wei", FieldForm.Text, row => row.Mined?.EffectiveGasPrice.ToString()),
        new("l1_fee_wei", FieldForm.Text, row => row.Mined?.L1Fee?.ToString()),
        new("fee_wei", FieldForm.Text, row => row.Mined?.Fee.ToString()),
        new("outcomes", FieldForm.Foreign, row => string.Join(" | ", row.Settled.Outcomes.Select(OutcomeText.Of)), (json, row) => OutcomeText.Write(json, row.Settled.Outcomes)),
        new("reward_token", FieldForm.Text, row => Joined(row, reward => reward.Token.ToString())),
        new("reward_symbol", FieldForm.Foreign, row => Joined(row, reward => reward.Paid?.Symbol is { } symbol ? ForeignText.Clean(symbol) : null, " | ")),
        new("reward_decimals", FieldForm.Text, row => Joined(row, reward => reward.Paid?.Decimals is { } decimals ? LedgerText.Number((long)decimals) : null)),
        new("reward_least", FieldForm.Text, row => Joined(row, reward => reward.Least?.ToString())),
        new("reward_amount", FieldForm.Text, row => Joined(row, reward => reward.Amount?.ToString())),
        new("reward_usd", FieldForm.Text, row => Joined(row, reward => reward.Value is { } value ? LedgerText.Exact(value) : null)),
        new("reward_price_source", FieldForm.Foreign, row => Joined(row, reward => reward.Paid?.PriceSource is { } source ? ForeignText.Clean(source) : null, " | ")),
        new("expected_reward_usd", FieldForm.Text, row => LedgerText.Exact(row.Plan.Intent.ExpectedReward)),
        new("fee_usd", FieldForm.Text, row => row.Mined is { CoinPrice: { } price } mined ? LedgerText.Exact(new NativeCoinPrice(price, IsWorstCase: false).ToUsd(mined.Fee)) : null),
        new("fee_price_source", FieldForm.Foreign, row => row.Mined?.CoinPriceSource is { } source ? ForeignText.Clean(source) : null),
        new("moved_token", FieldForm.Text, row => Moved(row, moved => moved.Token.ToString())),
        new("moved_symbol", FieldForm.Foreign, row => Moved(row, moved => moved.Symbol is { } symbol ? ForeignText.Clean(symbol) : null, " | ")),
        new("moved_decimals", FieldForm.Text, row => Moved(row, moved => moved.Decimals is { } decimals ? LedgerText.Number((long)decimals) : null)),
        new("moved_in", FieldForm.Text, row => Moved(row, moved => moved.In.ToString())),
        new("moved_out", FieldForm.Text, row => Moved(row, moved => moved.Out.ToString())),
        new("moved_in_usd", FieldForm.Text, row => Moved(row, moved => moved.ValueIn is { } value ? LedgerText.Exact(value) : null)),
        new("moved_out_usd", FieldForm.Text, row => Moved(row, moved => moved.ValueOut is { } value ? LedgerText.Exact(value) : null)),
        new("moved_price_source", FieldForm.Foreign, row => Moved(row, moved => moved.PriceSource is { } source ? ForeignText.Clean(source) : null, " | ")),
    ];

    private static string? Joined(SettledTransaction row, Func<TokenReward, string?> value, string separator = " ") => Joined(row.Rewards.Select(value), separator);

    private static string? Moved(SettledTransaction row, Func<MovedToken, string?> value, string separator = " ") => Joined((row.Settled.Moved ?? []).Select(value), separator);

    private static string? Joined(IEnumerable<string?> texts, string separator)
    {
        var values = texts.ToArray();
        return values.All(text => text is null) ? null : string.Join(separator, values.Select(text => text ?? NotKnown));
    }
}
