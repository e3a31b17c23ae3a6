namespace Keeper.Core.Primitives;

/// <summary>An amount of the chain's native coin in its smallest unit, 1e-18 of a coin.</summary>
public readonly record struct Wei(UInt256 Value) : IComparable<Wei>
{
    public static Wei Zero => default;
    public static Wei FromGwei(ulong gwei) => new((UInt256)gwei * 1_000_000_000UL);
    public static Wei operator +(Wei a, Wei b) => new(a.Value + b.Value);
    public static Wei operator -(Wei a, Wei b) => new(a.Value - b.Value);
    public static Wei operator *(Wei price, Gas gas) => new(price.Value * gas.Value);
    public static bool operator <(Wei a, Wei b) => a.Value < b.Value;
    public static bool operator >(Wei a, Wei b) => a.Value > b.Value;
    public static bool operator <=(Wei a, Wei b) => a.Value <= b.Value;
    public static bool operator >=(Wei a, Wei b) => a.Value >= b.Value;
    public static Wei Min(Wei a, Wei b) => a < b ? a : b;
    public static Wei Max(Wei a, Wei b) => a > b ? a : b;
    public int CompareTo(Wei other) => Value.CompareTo(other.Value);
    public override string ToString() => Value.ToString();
}

/// <summary>An amount of gas.</summary>
public readonly record struct Gas(ulong Value) : IComparable<Gas>
{
    public static Gas operator +(Gas a, Gas b) => new(checked(a.Value + b.Value));
    public static Gas operator -(Gas a, Gas b) => new(checked(a.Value - b.Value));
    public static bool operator <(Gas a, Gas b) => a.Value < b.Value;
    public static bool operator >(Gas a, Gas b) => a.Value > b.Value;
    public static bool operator <=(Gas a, Gas b) => a.Value <= b.Value;
    public static bool operator >=(Gas a, Gas b) => a.Value >= b.Value;
    public static Gas Min(Gas a, Gas b) => a < b ? a : b;
    public static Gas Max(Gas a, Gas b) => a > b ? a : b;
    public int CompareTo(Gas other) => Value.CompareTo(other.Value);
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A value in US dollars, scaled by 1e18; negative for a loss.</summary>
public readonly record struct Usd(Int256 Value) : IComparable<Usd>
{
    public static Usd Zero => default;

    /// <summary>Whole dollars.</summary>
    public static Usd Whole(long dollars) => new((Int256)dollars * (Int256)1_000_000_000_000_000_000L);

    public static Usd operator +(Usd a, Usd b) => new(a.Value + b.Value);
    public static Usd operator -(Usd a, Usd b) => new(a.Value - b.Value);
    public static bool operator <(Usd a, Usd b) => a.Value < b.Value;
    public static bool operator >(Usd a, Usd b) => a.Value > b.Value;
    public static bool operator <=(Usd a, Usd b) => a.Value <= b.Value;
    public static bool operator >=(Usd a, Usd b) => a.Value >= b.Value;
    public int CompareTo(Usd other) => Value.CompareTo(other.Value);

    /// <summary>For display and metrics only.</summary>
    public double ToDouble() => (double)Value / 1e18;

    public override string ToString() => ToDouble().ToString("0.00####", System.Globalization.CultureInfo.InvariantCulture);
}
