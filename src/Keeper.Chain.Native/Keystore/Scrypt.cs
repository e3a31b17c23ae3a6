using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Keeper.Chain.Native.Keystore;

/// <summary>
/// scrypt (RFC 7914). BouncyCastle's refuses n of 65,536 and more where r is 1, as the RFC says; the V3 definition's own test vector has n = 262,144
/// with r = 1, and every other tool opens it.
/// </summary>
internal static class Scrypt
{
    /// <param name="n">A power of two.</param>
    public static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, int n, int r, int p, int length)
    {
        var blocks = Rfc2898DeriveBytes.Pbkdf2(secret, salt, 1, HashAlgorithmName.SHA256, p * 128 * r);
        var table = new uint[(long)n * 32 * r];
        try
        {
            for (var i = 0; i < p; i++) Mix(blocks.AsSpan(i * 128 * r, 128 * r), n, r, table);
            return Rfc2898DeriveBytes.Pbkdf2(secret, blocks, 1, HashAlgorithmName.SHA256, length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blocks);
            Array.Clear(table);
        }
    }

    /// <summary>scryptROMix.</summary>
    private static void Mix(Span<byte> block, int n, int r, uint[] table)
    {
        var size = 32 * r;
        var x = new uint[size];
        var y = new uint[size];
        for (var i = 0; i < size; i++) x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        for (var i = 0; i < n; i++)
        {
            x.CopyTo(table.AsSpan(i * size, size));
            MixBlock(ref x, ref y, r);
        }
        for (var i = 0; i < n; i++)
        {
            var j = (int)(x[size - 16] & (uint)(n - 1));
            Xor(x, table.AsSpan(j * size, size));
            MixBlock(ref x, ref y, r);
        }
        for (var i = 0; i < size; i++) BinaryPrimitives.WriteUInt32LittleEndian(block[(4 * i)..], x[i]);
    }

    /// <summary>scryptBlockMix: even chunks to the front, odd ones behind them.</summary>
    private static void MixBlock(ref uint[] x, ref uint[] y, int r)
    {
        Span<uint> chunk = stackalloc uint[16];
        x.AsSpan((2 * r - 1) * 16).CopyTo(chunk);
        for (var i = 0; i < 2 * r; i++)
        {
            Xor(chunk, x.AsSpan(16 * i, 16));
            Salsa(chunk);
            chunk.CopyTo(y.AsSpan(16 * (i / 2 + (i % 2) * r), 16));
        }
        (x, y) = (y, x);
    }

    private static void Xor(Span<uint> into, ReadOnlySpan<uint> other)
    {
        var wide = MemoryMarshal.Cast<uint, Vector<uint>>(into);
        var wideOther = MemoryMarshal.Cast<uint, Vector<uint>>(other);
        for (var i = 0; i < wide.Length; i++) wide[i] ^= wideOther[i];
        for (var i = wide.Length * Vector<uint>.Count; i < into.Length; i++) into[i] ^= other[i];
    }

    /// <summary>Salsa20/8: four double rounds, columns then rows.</summary>
    private static void Salsa(Span<uint> block)
    {
        Span<uint> x = stackalloc uint[16];
        block.CopyTo(x);
        for (var i = 0; i < 4; i++)
        {
            Quarter(x, 0, 4, 8, 12);
            Quarter(x, 5, 9, 13, 1);
            Quarter(x, 10, 14, 2, 6);
            Quarter(x, 15, 3, 7, 11);
            Quarter(x, 0, 1, 2, 3);
            Quarter(x, 5, 6, 7, 4);
            Quarter(x, 10, 11, 8, 9);
            Quarter(x, 15, 12, 13, 14);
        }
        for (var i = 0; i < 16; i++) block[i] += x[i];
    }

    private static void Quarter(Span<uint> x, int a, int b, int c, int d)
    {
        x[b] ^= BitOperations.RotateLeft(x[a] + x[d], 7);
        x[c] ^= BitOperations.RotateLeft(x[b] + x[a], 9);
        x[d] ^= BitOperations.RotateLeft(x[c] + x[b], 13);
        x[a] ^= BitOperations.RotateLeft(x[d] + x[c], 18);
    }
}
