using System.Numerics;

namespace Keeper.Tests.Protocols.RefPerps;

/// <summary>SPEC.md once more, in unbounded integers and with nothing but its own words: what the adapter is compared with.</summary>
internal static class Specification
{
    public static readonly BigInteger Wad = BigInteger.Pow(10, 18);
    private static readonly BigInteger Ppm = 1_000_000;

    public sealed record Market(
        BigInteger P, BigInteger Skew, BigInteger F, BigInteger SkewScale, BigInteger PremiumCap, BigInteger Lot, BigInteger MinNotional,
        BigInteger LiqFeePpm, BigInteger BufferPpm, BigInteger PartialFloorPpm, (BigInteger Upper, BigInteger Ppm)[] Mm, (BigInteger Upper, BigInteger Ppm)[] Im);

    public sealed record Position(Market Market, BigInteger Size, BigInteger EntryNotional, BigInteger EntryFunding);

    public static BigInteger Ceil(BigInteger a, BigInteger b) => a.IsZero ? 0 : (a - 1) / b + 1;
    public static BigInteger Notional(BigInteger size, BigInteger price) => Ceil(BigInteger.Abs(size) * price, Wad);

    public static BigInteger Mark(Market m)
    {
        var premium = BigInteger.Max(-m.PremiumCap, BigInteger.Min(m.PremiumCap, m.Skew * Wad / m.SkewScale));
        return m.P * (Wad + premium) / Wad;
    }

    /// <summary>Each bracket's part at its own ratio, in the definition's plain words and not by the closed formula.</summary>
    public static BigInteger Tier(BigInteger n, (BigInteger Upper, BigInteger Ppm)[] tiers)
    {
        BigInteger sum = 0, lower = 0;
        for (var k = 0; k < tiers.Length && n > lower; k++)
        {
            var upper = k == tiers.Length - 1 ? n : BigInteger.Min(n, tiers[k].Upper);
            sum += (upper - lower) * tiers[k].Ppm;
            lower = tiers[k].Upper;
        }
        return Ceil(sum, Ppm);
    }

    public static BigInteger Maintenance(BigInteger n, Market m) => Tier(n, m.Mm) + Ceil(n * m.LiqFeePpm, Ppm);

    public static (BigInteger E, BigInteger R, BigInteger I) Health(BigInteger quote, BigInteger debtPpm, IEnumerable<Position> positions)
    {
        var debt = quote.Sign < 0 ? Ceil(-quote * debtPpm, Ppm) : 0;
        var (e, r, i) = (quote, debt, debt);
        foreach (var p in positions)
        {
            e += p.Size * Mark(p.Market) / Wad - p.EntryNotional - p.Size * (p.Market.F - p.EntryFunding) / Wad;
            r += Maintenance(Notional(p.Size, p.Market.P), p.Market);
            i += Tier(Notional(p.Size, p.Market.P), p.Market.Im) + BigInteger.Max(0, p.Size * Mark(p.Market) / Wad - p.Size * p.Market.P / Wad);
        }
        return (e, r, i);
    }

    public static bool Ok(BigInteger x, Position p, BigInteger e, BigInteger r)
    {
        var m = p.Market;
        var size = BigInteger.Abs(p.Size);
        var other = r - Maintenance(Notional(size, m.P), m);
        var left = Notional(size - x, m.P);
        return (e - Ceil(Notional(x, m.P) * m.LiqFeePpm, Ppm)) * Ppm >= (other + Maintenance(left, m)) * (Ppm + m.BufferPpm);
    }

    /// <summary>x* by trying one lot after the other.</summary>
    public static (BigInteger Size, bool Full) MinimalClose(Position p, BigInteger e, BigInteger r)
    {
        var size = BigInteger.Abs(p.Size);
        if (e * Ppm < r * p.Market.PartialFloorPpm) return (size, true);
        for (var x = BigInteger.Min(p.Market.Lot, size); ; x = BigInteger.Min(x + p.Market.Lot, size))
        {
            if (x == size) return (size, false);
            if (Ok(x, p, e, r)) return (Notional(size - x, p.Market.P) < p.Market.MinNotional ? size : x, false);
        }
    }
}
