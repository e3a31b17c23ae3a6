using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Rpc;

/// <summary>The header fields of a block object or of a newHeads notification.</summary>
internal static class BlockJson
{
    /// <summary>Null where the node answers null: it has no such block.</summary>
    public static BlockHeader? ReadOptional(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null ? null : Read(ref reader);

    public static BlockHeader Read(ref Utf8JsonReader reader)
    {
        Wire.Expect(ref reader, JsonTokenType.StartObject);
        ulong? number = null, timestamp = null;
        Hash32? hash = null, parent = null;
        Gas? gasLimit = null, gasUsed = null;
        Bloom? bloom = null;
        Hash32? receiptsRoot = null;
        var baseFee = Wei.Zero; // absent before EIP-1559
        var seal = new HeaderSeal();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Add(seal, reader);
            if (reader.ValueTextEquals("number"u8)) number = Next(ref reader, Wire.Quantity);
            else if (reader.ValueTextEquals("timestamp"u8)) timestamp = Next(ref reader, Wire.Quantity);
            else if (reader.ValueTextEquals("hash"u8)) hash = Next(ref reader, Wire.Hash);
            else if (reader.ValueTextEquals("parentHash"u8)) parent = Next(ref reader, Wire.Hash);
            else if (reader.ValueTextEquals("gasLimit"u8)) gasLimit = Next(ref reader, Wire.Gas);
            else if (reader.ValueTextEquals("gasUsed"u8)) gasUsed = Next(ref reader, Wire.Gas);
            else if (reader.ValueTextEquals("baseFeePerGas"u8)) baseFee = NextOrNull(ref reader, Wire.Wei) ?? Wei.Zero;
            else if (reader.ValueTextEquals("receiptsRoot"u8)) receiptsRoot = NextOrNull(ref reader, Wire.Hash);
            else if (reader.ValueTextEquals("logsBloom"u8)) bloom = NextBloom(ref reader);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        if (number is null || timestamp is null || hash is null || parent is null || gasLimit is null || gasUsed is null) throw new MalformedAnswerException("a block lacks a field of its header");
        return new BlockHeader(new BlockRef(number.Value, hash.Value, parent.Value, timestamp.Value), baseFee, gasLimit.Value, gasUsed.Value, LogCommitment.Of(bloom, receiptsRoot, seal.Holds(hash.Value, Keccak.Hash)));
    }

    /// <param name="reader">A copy, which stands on the member's name.</param>
    private static void Add(HeaderSeal seal, Utf8JsonReader reader)
    {
        // No node escapes what needs none: a name in disguise would be read, and not sealed.
        if (reader.ValueIsEscaped) throw new MalformedAnswerException("a member of a block has an escaped name");
        var name = reader.ValueSpan;
        if (!reader.Read() || reader.TokenType != JsonTokenType.String) return;
        if (reader.ValueIsEscaped) throw new MalformedAnswerException("a member of a block has an escaped value");
        seal.Add(name, reader.ValueSpan);
    }

    private static Bloom? NextBloom(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (Wire.IsNull(ref reader)) return null;
        var bits = Wire.Data(ref reader);
        return bits.Length == Bloom.Size ? new Bloom(bits) : throw new MalformedAnswerException("a bloom has another length than 256 bytes");
    }

    private static T? Next<T>(ref Utf8JsonReader reader, ResultReader<T> read) where T : struct
    {
        reader.Read();
        return read(ref reader);
    }

    private static T? NextOrNull<T>(ref Utf8JsonReader reader, ResultReader<T> read) where T : struct
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null ? null : read(ref reader);
    }
}
