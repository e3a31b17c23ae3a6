using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols;

/// <summary>Revert data of one contract's errors into words, bounded and without control characters.</summary>
/// <param name="all">Selectors are the first four bytes of keccak-256 of the signatures beside them.</param>
/// <param name="noLongerNeeded">Those that say that somebody was first, or that the account recovered.</param>
/// <param name="cannotPay">Those of <see cref="CallFailure.CannotPay"/>; null where the contract's calls cost no capital. What it cannot have said is then taken for one too: a token's word, or an exchange's.</param>
internal sealed class ErrorTable(IReadOnlyList<(uint Selector, string Signature)> all, IReadOnlySet<uint> noLongerNeeded, IReadOnlySet<uint>? cannotPay = null)
{
    public const uint ErrorString = 0x08c379a0;
    public const uint Panic = 0x4e487b71;
    private const int MaxDetail = 200;

    private readonly Dictionary<uint, string> _signatures = all.ToDictionary(error => error.Selector, error => error.Signature);

    public IReadOnlyList<(uint Selector, string Signature)> All => all;

    /// <summary>Whether the data begins as one of the errors does.</summary>
    public bool Names(ReadOnlySpan<byte> revertData) => revertData.Length >= 4 && _signatures.ContainsKey(BinaryPrimitives.ReadUInt32BigEndian(revertData));

    public CallFailure Explain(ReadOnlySpan<byte> revertData)
    {
        if (revertData.IsEmpty) return new(false, "no revert data", IsKnown: false) { CannotPay = cannotPay is not null };
        if (!Names(revertData)) return new(false, Raw(revertData), IsKnown: false) { CannotPay = cannotPay is not null };
        var selector = BinaryPrimitives.ReadUInt32BigEndian(revertData);
        try
        {
            return new(noLongerNeeded.Contains(selector), Words(_signatures[selector], revertData[4..])) { CannotPay = cannotPay?.Contains(selector) ?? false };
        }
        catch (AbiException)
        {
            // The data was cut off or is not the contract's: a refusal that cannot be read in full is not trusted to say "raced".
            return new(false, Raw(revertData), IsKnown: false) { CannotPay = cannotPay?.Contains(selector) ?? false };
        }
    }

    /// <summary>What is no known error, as it is; at most 68 bytes of it.</summary>
    public static string Raw(ReadOnlySpan<byte> data) =>
        data.Length <= 68 ? Hex.Encode(data) : $"{Hex.Encode(data[..68])}... ({data.Length} bytes)";

    private static string Words(string signature, ReadOnlySpan<byte> arguments)
    {
        var open = signature.IndexOf('(', StringComparison.Ordinal);
        var types = signature[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var reader = new AbiReader(arguments);
        var values = new string[types.Length];
        for (var i = 0; i < types.Length; i++)
        {
            values[i] = types[i] switch
            {
                "int256" => reader.ReadInt256().ToString(),
                "address" => reader.ReadAddress().ToString(),
                "uint8" => reader.ReadByte().ToString(CultureInfo.InvariantCulture),
                "uint32" => reader.ReadUInt(32).ToString(),
                "bytes32" => reader.ReadHash32().ToString(),
                "string" => Text(reader.ReadOffset().ReadBytes()),
                "bytes" => Inner(reader.ReadOffset().ReadBytes()),
                _ => reader.ReadUInt256().ToString(),
            };
        }
        if (!types.Any(type => type is "string" or "bytes")) reader.RequireEnd();
        return $"{signature[..open]}({string.Join(", ", values)})";
    }

    /// <summary>What another contract reverted with: its text where it is one.</summary>
    private static string Inner(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4 || BinaryPrimitives.ReadUInt32BigEndian(data) != ErrorString) return data.IsEmpty ? "no revert data" : Raw(data);
        try
        {
            return Text(new AbiReader(data[4..]).ReadOffset().ReadBytes());
        }
        catch (AbiException)
        {
            return Raw(data);
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder("\"");
        foreach (var character in Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxDetail)]))
        {
            if (text.Length >= MaxDetail) break;
            if (character is >= ' ' and <= '~' and not '"' and not '\\') text.Append(character);
            else text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
        }
        return text.Append('"').ToString();
    }
}
