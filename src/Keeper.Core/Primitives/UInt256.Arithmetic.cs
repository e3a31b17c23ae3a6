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
        if (bits >= 256) return Zero;
        for (; bits >= 64; bits -= 64) a = new(0, a._0, a._1, a._2);
        return bits == 0 ? a : new(a._0 << bits, Funnel(a._1, a._0, bits), Funnel(a._2, a._1, bits), Funnel(a._3, a._2, bits));

        static ulong Funnel(ulong high, ulong low, int bits) => (high << bits) | (low >> (64 - bits));
    }

    /// <summary>Shifts out of the bottom; a shift by 256 or more gives zero, as the EVM's SHR.</summary>
    public static UInt256 operator >>(UInt256 a, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        if (bits >= 256) return Zero;
        for (; bits >= 64; bits -= 64) a = new(a._1, a._2, a._3, 0);
        return bits == 0 ? a : new(Funnel(a._1, a._0, bits), Funnel(a._2, a._1, bits), Funnel(a._3, a._2, bits), a._3 >> bits);

        static ulong Funnel(ulong high, ulong low, int bits) => (low >> bits) | (high << (64 - bits));
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
        Span<ulong> product = stackalloc ulong[8];
        product.Clear();
        for (var i = 0; i < 4; i++)
        {
            var factor = a.Limb(i);
            if (factor == 0) continue;
            ulong carry = 0;
            for (var j = 0; j < 4; j++)
            {
                var high = Math.BigMul(factor, b.Limb(j), out var low);
                low += carry;
                if (low < carry) high++;
                product[i + j] += low;
                if (product[i + j] < low) high++;
                carry = high;
            }
            product[i + 4] = carry;
        }
        return (new(product[0], product[1], product[2], product[3]), new(product[4], product[5], product[6], product[7]));
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
