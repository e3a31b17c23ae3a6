using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Host.Ledger;

/// <summary>What one token had to bring and did bring.</summary>
/// <param name="Least">Below it the transaction would have reverted, by its calldata; null where that asks for nothing of the token.</param>
/// <param name="Paid">As the executor told it; null where it told nothing of this token.</param>
/// <param name="IsTold">The journal holds what the executor told: a token that is not in it brought nothing.</param>
internal sealed record TokenReward(Address Token, UInt256? Least, PaidToken? Paid, bool IsTold)
{
    public UInt256? Amount => Paid?.Amount ?? (IsTold ? UInt256.Zero : null);

    public Usd? Value => Paid is null && IsTold ? Usd.Zero : Paid?.Value;

    public static IReadOnlyList<TokenReward> Of(IReadOnlyList<(Address Token, UInt256 Amount)> least, IReadOnlyList<PaidToken>? paid) =>
        least.Select(least => least.Token).Concat((paid ?? []).Select(token => token.Token)).Distinct().Select(token => new TokenReward(
            token,
            least.Where(entry => entry.Token == token).Select(entry => (UInt256?)entry.Amount).FirstOrDefault(),
            paid?.FirstOrDefault(entry => entry.Token == token), paid is not null)).ToArray();
}
