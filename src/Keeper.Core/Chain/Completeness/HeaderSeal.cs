using System.Buffers;
using System.Text;
using Keeper.Core.Chain.Rlp;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Completeness;

/// <summary>
/// Collects a header's members as JSON has them, in any order, and tells whether the block's hash is that of their RLP list. Where it is, no member was
/// altered on the way. Where it is not, that may be a lie or a fork that has appended a field not known here, which cannot be told apart: such a
/// header is used, but its bloom proves nothing. Not safe for concurrent use.
/// </summary>
public sealed class HeaderSeal
{
    /// <summary>Up to here every header has them (Yellow Paper, section 4.3); those after it were appended by forks, in this order: London, Shanghai, Cancun, Prague.</summary>
    private const int Always = 15;

    /// <summary>Digits of the longest member that is hashed: the extra data of chains with a set of validators is long.</summary>
    private const int MaxDigits = 32 * 1024;

    private static readonly (byte[] Name, bool IsNumber)[] Members =
    [
        Data("parentHash"), Data("sha3Uncles"), Data("miner"), Data("stateRoot"), Data("transactionsRoot"), Data("receiptsRoot"), Data("logsBloom"), Number("difficulty"),
        Number("number"), Number("gasLimit"), Number("gasUsed"), Number("timestamp"), Data("extraData"), Data("mixHash"), Data("nonce"),
        Number("baseFeePerGas"), Data("withdrawalsRoot"), Number("blobGasUsed"), Number("excessBlobGas"), Data("parentBeaconBlockRoot"), Data("requestsHash"),
    ];

    private readonly byte[]?[] _values = new byte[]?[Members.Length];
    private bool _isBroken;

    /// <summary>Any member of the block; those that are not hashed are passed over.</summary>
    /// <param name="name">In UTF-8.</param>
    /// <param name="value">In UTF-8: 0x and hex.</param>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < Members.Length; i++)
        {
            if (!name.SequenceEqual(Members[i].Name)) continue;
            // A member that comes twice: which of them was read cannot be told.
            _isBroken |= _values[i] is not null;
            _values[i] = Read(value, Members[i].IsNumber);
            _isBroken |= _values[i] is null;
        }
    }

    public bool Holds(Hash32 hash, Keccak256 keccak)
    {
        if (_isBroken || Array.IndexOf(_values, null, 0, Always) >= 0) return false;
        var fields = new RlpWriter();
        foreach (var value in _values)
            if (value is not null) fields.Bytes(value);
        return keccak(fields.ToList()) == hash;
    }

    private static (byte[], bool) Data(string name) => (Encoding.UTF8.GetBytes(name), false);
    private static (byte[], bool) Number(string name) => (Encoding.UTF8.GetBytes(name), true);

    /// <summary>Null for what is no hex. Numbers lose their leading zeros, as RLP has them.</summary>
    private static byte[]? Read(ReadOnlySpan<byte> text, bool isNumber)
    {
        if (text.Length is < 2 or > MaxDigits || text[0] != '0' || text[1] is not ((byte)'x' or (byte)'X')) return null;
        var digits = text[2..];
        if (isNumber) digits = digits.TrimStart((byte)'0');
        if (digits.Length % 2 == 1)
        {
            if (!isNumber) return null;
            digits = (byte[])[(byte)'0', .. digits];
        }
        var bytes = new byte[digits.Length / 2];
        return Convert.FromHexString(digits, bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }
}
