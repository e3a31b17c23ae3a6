using System.Buffers.Binary;
using System.Text;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>Revert data into words, classified. Selectors are the first four bytes of keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class Errors
{
    private const uint ErrorString = 0x08c379a0;
    private const int MaxDetail = 200;

    /// <summary>Somebody was first, or the account recovered.</summary>
    private static readonly HashSet<uint> NoLongerNeeded = [0xe5921c74, 0xf5f5971f, 0xe8f9ec5d];

    public static readonly IReadOnlyList<(uint Selector, string Signature)> All =
    [
        (0xe5921c74, "NotLiquidatable(uint256,int256,uint256)"),
        (0xf5f5971f, "NoPosition(uint256,uint32)"),
        (0xe8f9ec5d, "NoBadDebt(uint256)"),
        (0xb4256a44, "OracleStale(uint32,uint256)"),
        (0x5c724dfa, "OracleInvalid(uint32,int256,uint256)"),
        (0x97cb11b6, "SequencerDown(uint32)"),
        (0x39c8b476, "NotMinimal(uint256,uint256)"),
        (0xcf4ec7d6, "UnknownAccount(uint256)"),
        (0xcaabda11, "UnknownMarket(uint32)"),
        (0xb5dfd9e5, "Reentered()"),
        (0x90b8ec18, "TransferFailed()"),
        (0xfecb69b4, "TokenCallFailed(address)"),
        (0x06250401, "AmountTooLarge()"),
        (0x4e487b71, "Panic(uint256)"),
        (ErrorString, "Error(string)"),
    ];

    private static readonly Dictionary<uint, string> Signatures = All.ToDictionary(error => error.Selector, error => error.Signature);

    public static CallFailure Explain(ReadOnlySpan<byte> revertData)
    {
        if (revertData.IsEmpty) return new(false, "no revert data", IsKnown: false);
        if (revertData.Length < 4) return new(false, Raw(revertData), IsKnown: false);
        var selector = BinaryPrimitives.ReadUInt32BigEndian(revertData);
        if (!Signatures.TryGetValue(selector, out var signature)) return new(false, Raw(revertData), IsKnown: false);
        try
        {
            var detail = selector == ErrorString ? $"Error({Text(revertData[4..])})" : Words(signature, revertData[4..]);
            return new(NoLongerNeeded.Contains(selector), detail);
        }
        catch (AbiException)
        {
            // The data was cut off or is not the contract's: a refusal that cannot be read in full is not trusted to say "raced".
            return new(false, Raw(revertData), IsKnown: false);
        }
    }

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
                "uint32" => reader.ReadUInt(32).ToString(),
                _ => reader.ReadUInt256().ToString(),
            };
        }
        reader.RequireEnd();
        return $"{signature[..open]}({string.Join(", ", values)})";
    }

    private static string Text(ReadOnlySpan<byte> arguments)
    {
        var bytes = new AbiReader(arguments).ReadOffset().ReadBytes();
        var text = new StringBuilder("\"");
        foreach (var character in Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxDetail)]))
        {
            if (text.Length >= MaxDetail) break;
            if (character is >= ' ' and <= '~' and not '"' and not '\\') text.Append(character);
            else text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
        }
        return text.Append('"').ToString();
    }

    private static string Raw(ReadOnlySpan<byte> data) =>
        data.Length <= 68 ? Hex.Encode(data) : $"{Hex.Encode(data[..68])}... ({data.Length} bytes)";
}
