using System.Runtime.CompilerServices;

namespace Keeper.Core.Primitives;

public readonly partial struct UInt256
{
    public static UInt256 operator +(UInt256 a, UInt256 b) => AddCarry(a, b, out var sum) ? throw new OverflowException("Addition exceeds 2^256 - 1.") : sum;
    public static UInt256 operator -(UInt256 a, UInt256 b) => SubtractBorrow(a, b, out var difference) ? throw new OverflowException("Subtraction goes below zero.") : difference;

    public static UInt256 operator *(UInt256 a, UInt256 b)
    {
        var (low, high) = Multiply512(a, b);
        return high.IsZero ? low : throw new OverflowException("Multiplication exceeds 2^256 - 1.");
    }

    /// <summary>Rounds down.</summary>
    public static UInt256 operator /(UInt256 a, UInt256 b) => DivRem(a, b).Quotient;

    public static UInt256 operator %(UInt256 a, UInt256 b) => DivRem(a, b).Remainder;
    public static UInt256 operator &(UInt256 a, UInt256 b) => new(a._0 & b._0, a._1 & b._1, a._2 & b._2, a._3 & b._3);
    public static UInt256 operator |(UInt256 a, UInt256 b) => new(a._0 | b._0, a._1 | b._1, a._2 | b._2, a._3 | b._3);
    public static UInt256 operator ^(UInt256 a, UInt256 b) => new(a._0 ^ b._0, a._1 ^ b._1, a._2 ^ b._2, a._3 ^ b._3);
    public static UInt256 operator ~(UInt256 a) => new(~a._0, ~a._1, ~a._2, ~a._3);

    /// <summary>Shifts out of the top; a shift by 256 or more gives zero, as the EVM's SHL.</summary>
    public static UInt256 operator <<(UInt256 a, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        return (bits >> 6) switch
        {
            0 => new(a._0 << bits, Funnel(a._1, a._0, bits), Funnel(a._2, a._1, bits), Funnel(a._3, a._2, bits)),
            1 => new(0, a._0 << bits, Funnel(a._1, a._0, bits), Funnel(a._2, a._1, bits)),
            2 => new(0, 0, a._0 << bits, Funnel(a._1, a._0, bits)),
            3 => new(0, 0, 0, a._0 << bits),
            _ => Zero,
        };

        // A shift of a ulong counts modulo 64; in two steps, so that by 0 bits nothing comes over from below.
        static ulong Funnel(ulong high, ulong low, int bits) => (high << bits) | ((low >> 1) >> ~bits);
    }

    /// <summary>Shifts out of the bottom; a shift by 256 or more gives zero, as the EVM's SHR.</summary>
    public static UInt256 operator >>(UInt256 a, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        return (bits >> 6) switch
        {
            0 => new(Funnel(a._1, a._0, bits), Funnel(a._2, a._1, bits), Funnel(a._3, a._2, bits), a._3 >> bits),
            1 => new(Funnel(a._2, a._1, bits), Funnel(a._3, a._2, bits), a._3 >> bits),
            2 => new(Funnel(a._3, a._2, bits), a._3 >> bits),
            3 => new(a._3 >> bits),
            _ => Zero,
        };

        static ulong Funnel(ulong high, ulong low, int bits) => (low >> bits) | ((high << 1) << ~bits);
    }

    /// <summary>The sum modulo 2^256, as the EVM's ADD in unchecked code.</summary>
    public static UInt256 WrappingAdd(UInt256 a, UInt256 b)
    {
        AddCarry(a, b, out var sum);
        return sum;
    }

    /// <summary>The difference modulo 2^256, as the EVM's SUB in unchecked code.</summary>
    public static UInt256 WrappingSubtract(UInt256 a, UInt256 b)
    {
        SubtractBorrow(a, b, out var difference);
        return difference;
    }

    /// <summary><c>floor(a / b)</c> and what is left.</summary>
    public static (UInt256 Quotient, UInt256 Remainder) DivRem(UInt256 a, UInt256 b)
    {
        if (b.IsZero) throw new DivideByZeroException();
        if (a < b) return (Zero, a);
        if (a.FitsUInt64) return (a._0 / b._0, a._0 % b._0);
        if ((a._2 | a._3) == 0)
        {
            var (quotient, remainder) = UInt128.DivRem(new UInt128(a._1, a._0), new UInt128(b._1, b._0));
            return (quotient, remainder);
        }
        return LongDivision.DivRem(a, Zero, b);
    }

    /// <summary><c>ceil(a / b)</c>.</summary>
    public static UInt256 DivUp(UInt256 a, UInt256 b)
    {
        var (quotient, remainder) = DivRem(a, b);
        return remainder.IsZero ? quotient : quotient + One;
    }

    /// <summary><c>floor(a * b / divisor)</c> over the full 512-bit product.</summary>
    /// <exception cref="OverflowException">The quotient exceeds 2^256 - 1.</exception>
    public static UInt256 MulDivDown(UInt256 a, UInt256 b, UInt256 divisor) => MulDivRem(a, b, divisor).Quotient;

    /// <summary><c>ceil(a * b / divisor)</c> over the full 512-bit product.</summary>
    /// <exception cref="OverflowException">The quotient exceeds 2^256 - 1.</exception>
    public static UInt256 MulDivUp(UInt256 a, UInt256 b, UInt256 divisor)
    {
        var (quotient, remainder) = MulDivRem(a, b, divisor);
        return remainder.IsZero ? quotient : quotient + One;
    }

    /// <summary>The 512-bit product, low half first.</summary>
    public static (UInt256 Low, UInt256 High) Multiply512(UInt256 a, UInt256 b)
    {
        // One row a limb of a; written out, since the limbs then stay in registers.
        ulong carry = 0;
        var p0 = MultiplyAdd(a._0, b._0, 0, ref carry);
        var p1 = MultiplyAdd(a._0, b._1, 0, ref carry);
        var p2 = MultiplyAdd(a._0, b._2, 0, ref carry);
        var p3 = MultiplyAdd(a._0, b._3, 0, ref carry);
        var p4 = carry;

        carry = 0;
        p1 = MultiplyAdd(a._1, b._0, p1, ref carry);
        p2 = MultiplyAdd(a._1, b._1, p2, ref carry);
        p3 = MultiplyAdd(a._1, b._2, p3, ref carry);
        p4 = MultiplyAdd(a._1, b._3, p4, ref carry);
        var p5 = carry;

        carry = 0;
        p2 = MultiplyAdd(a._2, b._0, p2, ref carry);
        p3 = MultiplyAdd(a._2, b._1, p3, ref carry);
        p4 = MultiplyAdd(a._2, b._2, p4, ref carry);
        p5 = MultiplyAdd(a._2, b._3, p5, ref carry);
        var p6 = carry;

        carry = 0;
        p3 = MultiplyAdd(a._3, b._0, p3, ref carry);
        p4 = MultiplyAdd(a._3, b._1, p4, ref carry);
        p5 = MultiplyAdd(a._3, b._2, p5, ref carry);
        p6 = MultiplyAdd(a._3, b._3, p6, ref carry);
        return (new(p0, p1, p2, p3), new(p4, p5, p6, carry));
    }

    /// <summary>The low digit of <c>a * b + addend + carry</c>, which fits two digits whatever they are; the high one is the new carry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong MultiplyAdd(ulong a, ulong b, ulong addend, ref ulong carry)
    {
        var high = Math.BigMul(a, b, out var low);
        low += addend;
        if (low < addend) high++;
        low += carry;
        if (low < carry) high++;
        carry = high;
        return low;
    }

    /// <summary><c>floor(sqrt(value))</c> by Newton's method from above.</summary>
    public static UInt256 SqrtDown(UInt256 value)
    {
        if (value.IsZero) return Zero;
        var root = One << ((value.BitLength + 1) / 2);
        while (true)
        {
            var next = (root + value / root) >> 1;
            if (next >= root) return root;
            root = next;
        }
    }

    private static (UInt256 Quotient, UInt256 Remainder) MulDivRem(UInt256 a, UInt256 b, UInt256 divisor)
    {
        if (divisor.IsZero) throw new DivideByZeroException();
        var (low, high) = Multiply512(a, b);
        if (high.IsZero) return DivRem(low, divisor);
        return high < divisor ? LongDivision.DivRem(low, high, divisor) : throw new OverflowException("The quotient exceeds 2^256 - 1.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AddCarry(UInt256 a, UInt256 b, out UInt256 sum)
    {
        ulong carry = 0;
        var s0 = Add(a._0, b._0, ref carry);
        var s1 = Add(a._1, b._1, ref carry);
        var s2 = Add(a._2, b._2, ref carry);
        var s3 = Add(a._3, b._3, ref carry);
        sum = new(s0, s1, s2, s3);
        return carry != 0;

        static ulong Add(ulong x, ulong y, ref ulong carry)
        {
            var partial = x + y;
            var total = partial + carry;
            carry = (partial < x ? 1UL : 0) | (total < partial ? 1UL : 0);
            return total;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool SubtractBorrow(UInt256 a, UInt256 b, out UInt256 difference)
    {
        ulong borrow = 0;
        var d0 = Subtract(a._0, b._0, ref borrow);
        var d1 = Subtract(a._1, b._1, ref borrow);
        var d2 = Subtract(a._2, b._2, ref borrow);
        var d3 = Subtract(a._3, b._3, ref borrow);
        difference = new(d0, d1, d2, d3);
        return borrow != 0;

        static ulong Subtract(ulong x, ulong y, ref ulong borrow)
        {
            var partial = x - y;
            var total = partial - borrow;
            borrow = (x < y ? 1UL : 0) | (partial < borrow ? 1UL : 0);
            return total;
        }
    }
}
