using System.Runtime.CompilerServices;

namespace Keeper.Core.Primitives;

/// <summary>Division of up to 512 bits by up to 256, after Knuth (The Art of Computer Programming, volume 2, 4.3.1, algorithm D), in 64-bit digits.</summary>
internal static class LongDivision
{
    /// <summary>Divides <c>high * 2^256 + low</c>; requires <c>high &lt; divisor</c>, so that the quotient fits.</summary>
    public static (UInt256 Quotient, UInt256 Remainder) DivRem(UInt256 low, UInt256 high, UInt256 divisor)
    {
        // Shifting both by the same number of bits leaves the quotient as it is, and lets its digits be estimated within two.
        var n = (divisor.BitLength + 63) / 64;
        var shift = 64 * n - divisor.BitLength;
        if (n == 1) return DivideByDigit(low, high.Limb(0), divisor.Limb(0), shift);

        Span<ulong> v = stackalloc ulong[4];
        Write(divisor << shift, v);
        v = v[..n];
        Span<ulong> u = stackalloc ulong[9];
        Write(high << shift, u[4..]);
        Write(low << shift, u);
        u[4] |= Spill(low.Limb(3), shift);
        u[8] = 0;
        Span<ulong> q = stackalloc ulong[4];
        q.Clear();

        // Since high < divisor, the digits from the fifth on are zero; so are those that the dividend is too short for.
        var top = Math.Min(3, (high.IsZero ? 4 : 8) - n);
        for (var j = top; j >= 0; j--) q[j] = NextDigit(u.Slice(j, n + 1), v);
        u[n..].Clear();
        return (Read(q), Read(u) >> shift);
    }

    /// <summary>Divides five digits by one.</summary>
    private static (UInt256 Quotient, UInt256 Remainder) DivideByDigit(UInt256 low, ulong high, ulong divisor, int shift)
    {
        divisor <<= shift;
        var (l0, l1, l2, l3) = (low.Limb(0), low.Limb(1), low.Limb(2), low.Limb(3));
        var q3 = DivRem((high << shift) | Spill(l3, shift), (l3 << shift) | Spill(l2, shift), divisor, out var rest);
        var q2 = DivRem(rest, (l2 << shift) | Spill(l1, shift), divisor, out rest);
        var q1 = DivRem(rest, (l1 << shift) | Spill(l0, shift), divisor, out rest);
        var q0 = DivRem(rest, l0 << shift, divisor, out rest);
        return (new(q0, q1, q2, q3), rest >> shift);
    }

    /// <summary>The bits that a shift to the left by 0 to 63 moves out of a digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Spill(ulong digit, int shift) => (digit >> 1) >> (63 - shift);

    /// <summary>Estimates one digit of the quotient, subtracts its multiple from <paramref name="u"/>, and corrects an estimate that was one too large.</summary>
    private static ulong NextDigit(Span<ulong> u, ReadOnlySpan<ulong> v)
    {
        var n = v.Length;
        var estimate = Estimate(u, v);
        ulong carry = 0, borrow = 0;
        for (var i = 0; i < n; i++)
        {
            var high = Math.BigMul(estimate, v[i], out var low);
            low += carry;
            carry = low < carry ? high + 1 : high;
            u[i] = Subtract(u[i], low, ref borrow);
        }
        u[n] = Subtract(u[n], carry, ref borrow);
        if (borrow == 0) return estimate;

        carry = 0;
        for (var i = 0; i < n; i++) u[i] = Add(u[i], v[i], ref carry);
        u[n] += carry;
        return estimate - 1;
    }

    /// <summary>The digit from the two highest digits of the divisor: right, or one too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Estimate(ReadOnlySpan<ulong> u, ReadOnlySpan<ulong> v)
    {
        var n = v.Length;
        var first = v[n - 1];
        ulong estimate, rest;
        if (u[n] >= first)
        {
            // The digit would be 2^64 or more; 2^64 - 1 leaves u[n-1] + v[n-1], since then u[n] = v[n-1].
            estimate = ulong.MaxValue;
            rest = u[n - 1] + first;
            if (rest < first) return estimate;
        }
        else
        {
            estimate = DivRem(u[n], u[n - 1], first, out rest);
        }
        while (true)
        {
            var high = Math.BigMul(estimate, v[n - 2], out var low);
            if (high < rest || (high == rest && low <= u[n - 2])) return estimate;
            estimate--;
            rest += first;
            if (rest < first) return estimate;
        }
    }

    /// <summary>Two digits by one, with <c>high &lt; divisor</c>: one instruction where the machine has it, which the runtime knows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong DivRem(ulong high, ulong low, ulong divisor, out ulong remainder)
    {
        var (quotient, rest) = UInt128.DivRem(new UInt128(high, low), divisor);
        remainder = (ulong)rest;
        return (ulong)quotient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Add(ulong a, ulong b, ref ulong carry)
    {
        var partial = a + b;
        var sum = partial + carry;
        carry = (partial < a ? 1UL : 0) + (sum < partial ? 1UL : 0);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Subtract(ulong a, ulong b, ref ulong borrow)
    {
        var partial = a - b;
        var difference = partial - borrow;
        borrow = (a < b ? 1UL : 0) + (partial < borrow ? 1UL : 0);
        return difference;
    }

    private static void Write(UInt256 value, Span<ulong> digits)
    {
        digits[3] = value.Limb(3);
        digits[2] = value.Limb(2);
        digits[1] = value.Limb(1);
        digits[0] = value.Limb(0);
    }

    private static UInt256 Read(ReadOnlySpan<ulong> digits) => new(digits[0], digits[1], digits[2], digits[3]);
}
