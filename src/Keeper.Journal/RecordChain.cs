using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Keeper.Journal;

/// <summary>
/// Each record carries a hash over itself and the hash before it, so that a byte that changed, a record that went missing in
/// the middle, or one that was put in is found where it is. It finds accidents: whoever can write the file can also hash.
/// </summary>
internal static class RecordChain
{
    /// <summary>Of a check, in bytes. Before the first record stand as many zeros.</summary>
    public const int Size = SHA256.HashSizeInBytes;

    public static byte[] Next(ReadOnlySpan<byte> previous, long sequence, long writtenAtMs, long plan, string kind, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> numbers = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(numbers, sequence);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], writtenAtMs);
        BinaryPrimitives.WriteInt64BigEndian(numbers[16..], plan);
        hash.AppendData(previous);
        hash.AppendData(numbers);
        hash.AppendData(Encoding.UTF8.GetBytes(kind));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
