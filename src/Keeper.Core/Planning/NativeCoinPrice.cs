using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Planning;

/// <summary>What one native coin is worth.</summary>
/// <param name="UsdPerCoin">Above zero.</param>
/// <param name="IsWorstCase">The feed is missing, stale or invalid, and the profile's worst case stands in.</param>
public readonly record struct NativeCoinPrice(Usd UsdPerCoin, bool IsWorstCase)
{
    /// <summary>What prices and values are in: <see cref="ChainProfile.Currency"/>.</summary>
    public string Currency { get; init; } = ChainProfile.Dollar;

    private const ulong Coin = 1_000_000_000_000_000_000;

    /// <summary>The value of an amount of gas money, rounded up.</summary>
    public Usd ToUsd(Wei amount) => new((Int256)UInt256.MulDivUp(amount.Value, UsdPerCoin.Value.Abs, Coin));

    /// <summary>What can be bought for a value, rounded down; nothing for a negative one.</summary>
    public Wei ToWei(Usd value) => value.Value.IsNegative ? Wei.Zero : new(UInt256.MulDivDown(value.Value.Abs, Coin, UsdPerCoin.Value.Abs));

    /// <summary>The profile's worst case.</summary>
    public static NativeCoinPrice WorstCase(ChainProfile profile) => new(profile.NativePriceWorstCase, IsWorstCase: true) { Currency = profile.Currency };

    /// <summary>Judges an answer of <c>latestRoundData()</c> (Chainlink AggregatorV3Interface).</summary>
    /// <param name="round">What the feed returned; null where it did not.</param>
    /// <param name="decimals">The feed's <c>decimals()</c>, at most 18.</param>
    /// <param name="now">The time of the block it was read at.</param>
    public static NativeCoinPrice FromRound(ReadOnlyMemory<byte>? round, int decimals, ulong now, ChainProfile profile)
    {
        if (round is null) return WorstCase(profile);
        try
        {
            var reader = new AbiReader(round.Value.Span);
            reader.ReadUInt(80);
            var answer = reader.ReadInt256();
            reader.ReadUInt256();
            var updatedAt = reader.ReadUInt256();
            var fresh = updatedAt <= now && now - (ulong)updatedAt <= (ulong)profile.NativePriceMaxAge.TotalSeconds;
            if (answer.Sign <= 0 || !fresh) return WorstCase(profile);
            return new(new(answer * (Int256)Pow10(18 - decimals)), IsWorstCase: false) { Currency = profile.Currency };
        }
        catch (Exception error) when (error is AbiException or OverflowException)
        {
            return WorstCase(profile);
        }
    }

    private static UInt256 Pow10(int exponent)
    {
        var power = UInt256.One;
        for (var i = 0; i < exponent; i++) power *= 10UL;
        return power;
    }
}
