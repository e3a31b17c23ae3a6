using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>What a contract asks of a price of Pyth.</summary>
/// <param name="MaxAge">
/// Seconds that the price may be old; null for a contract that uses <c>getPriceUnsafe</c> as it is. <c>getPriceNoOlderThan(id, age)</c> and <c>getPrice(id)</c> (with the
/// contract's valid period) measure the distance, so that they let it be as far ahead: <see cref="NoOlderThan"/>.
/// </param>
/// <param name="MaxAhead">Seconds that it may be ahead of the block; counts only with <paramref name="MaxAge"/>.</param>
/// <param name="MaxConfidenceBps">Ten-thousandths of the price that the confidence may be; zero asks nothing.</param>
/// <param name="Decimals">Of the value that the contract makes of it.</param>
internal readonly record struct PythRule(ulong? MaxAge, ulong MaxAhead, ulong MaxConfidenceBps, int Decimals)
{
    public static PythRule NoOlderThan(ulong seconds, int decimals) => new(seconds, seconds, 0, decimals);
    public static PythRule Unsafe(int decimals) => new(null, 0, 0, decimals);

    /// <param name="value">As <c>PythUtils.convertToUint(price, expo, decimals)</c> of pyth-sdk-solidity has it, rounded down.</param>
    public PriceFault Judge(in PythRow row, ulong timestamp, out Int256 value)
    {
        value = Int256.Zero;
        if (!row.Known) return PriceFault.Unread;
        if (row.Price <= 0) return row.Price == 0 ? PriceFault.Zero : PriceFault.Negative;
        if (MaxAge is { } maxAge)
        {
            if (row.PublishTime > timestamp && row.PublishTime - timestamp > MaxAhead) return PriceFault.Future;
            if (row.PublishTime < timestamp && timestamp - row.PublishTime > maxAge) return PriceFault.Stale;
        }
        var price = (UInt256)(ulong)row.Price;
        if (MaxConfidenceBps > 0 && (UInt256)row.Confidence * 10_000UL > price * MaxConfidenceBps) return PriceFault.Uncertain;
        if (row.Exponent is > 0 or < -255) return PriceFault.TooLarge;
        var shift = Decimals + row.Exponent;
        if (shift > 50) return PriceFault.TooLarge;
        value = (Int256)(shift >= 0 ? price * PowerOfTen(shift) : shift < -19 ? UInt256.Zero : price / PowerOfTen(-shift));
        return value.IsZero ? PriceFault.Zero : PriceFault.None;
    }

    private static UInt256 PowerOfTen(int exponent)
    {
        UInt256 power = 1UL;
        for (; exponent > 0; exponent--) power *= 10UL;
        return power;
    }
}
