namespace Keeper.Core.Primitives;

/// <summary>Division of up to 512 bits by up to 256, after Knuth (The Art of Computer Programming, volume 2, 4.3.1, algorithm D), in 32-bit digits.</summary>
internal static class LongDivision
{
    /// <summary>Divides <c>high * 2^256 + low</c>; requires <c>high &lt; divisor</c>, so that the quotient fits.</summary>
    public static (UInt256 Quotient, UInt256 Remainder) DivRem(UInt256 low, UInt256 high, UInt256 divisor)
    {
        Span<uint> v = stackalloc uint[8];
        Split(divisor, v);
        var n = (divisor.BitLength + 31) / 32;
        Span<uint> u = stackalloc uint[17];
        u.Clear();
        Split(low, u);
        Split(high, u[8..]);
        Span<uint> q = stackalloc uint[16];
        q.Clear();

        if (n == 1) return (DivideByDigit(u, v[0], q, out var digit), digit);

        var shift = System.Numerics.BitOperations.LeadingZeroCount(v[n - 1]);
        ShiftLeft(v[..n], shift);
        ShiftLeft(u, shift);
        for (var j = 16 - n; j >= 0; j--) q[j] = NextDigit(u.Slice(j, n + 1), v[..n]);
        ShiftRight(u[..n], shift);
        u[n..].Clear();
        return (Join(q), Join(u));
    }

    /// <summary>Estimates one digit of the quotient, subtracts its multiple from <paramref name="u"/>, and corrects an estimate that was one too large.</summary>
    private static uint NextDigit(Span<uint> u, ReadOnlySpan<uint> v)
    {
        var n = v.Length;
        var top = ((ulong)u[n] << 32) | u[n - 1];
        var estimate = top / v[n - 1];
        var rest = top % v[n - 1];
        while (estimate > uint.MaxValue || estimate * v[n - 2] > ((rest << 32) | u[n - 2]))
        {
            estimate--;
            rest += v[n - 1];
            if (rest > uint.MaxValue) break;
        }

        ulong carry = 0;
        long borrow = 0;
        for (var i = 0; i < n; i++)
        {
            var product = estimate * v[i] + carry;
            carry = product >> 32;
            var difference = (long)u[i] - (uint)product + borrow;
            u[i] = (uint)difference;
            borrow = difference >> 32;
        }
        var last = u[n] - (long)carry + borrow;
        u[n] = (uint)last;
        if (last >= 0) return (uint)estimate;

        carry = 0;
        for (var i = 0; i < n; i++)
        {
            var sum = (ulong)u[i] + v[i] + carry;
            u[i] = (uint)sum;
            carry = sum >> 32;
        }
        u[n] += (uint)carry;
        return (uint)(estimate - 1);
    }

    private static UInt256 DivideByDigit(ReadOnlySpan<uint> u, uint divisor, Span<uint> q, out uint remainder)
    {
        ulong rest = 0;
        for (var i = 15; i >= 0; i--)
        {
            var value = (rest << 32) | u[i];
            q[i] = (uint)(value / divisor);
            rest = value % divisor;
        }
        remainder = (uint)rest;
        return Join(q);
    }

    private static void ShiftLeft(Span<uint> digits, int bits)
    {
        if (bits == 0) return;
        for (var i = digits.Length - 1; i > 0; i--) digits[i] = (digits[i] << bits) | (digits[i - 1] >> (32 - bits));
        digits[0] <<= bits;
    }

    private static void ShiftRight(Span<uint> digits, int bits)
    {
        if (bits == 0) return;
        for (var i = 0; i < digits.Length - 1; i++) digits[i] = (digits[i] >> bits) | (digits[i + 1] << (32 - bits));
        digits[^1] >>= bits;
    }

    private static void Split(UInt256 value, Span<uint> digits)
    {
        for (var i = 0; i < 4; i++) (digits[2 * i], digits[2 * i + 1]) = ((uint)value.Limb(i), (uint)(value.Limb(i) >> 32));
    }

    private static UInt256 Join(ReadOnlySpan<uint> digits) => new(
        ((ulong)digits[1] << 32) | digits[0], ((ulong)digits[3] << 32) | digits[2],
        ((ulong)digits[5] << 32) | digits[4], ((ulong)digits[7] << 32) | digits[6]);
}
