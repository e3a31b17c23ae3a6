using System.Buffers.Binary;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>
/// The code hashes of many addresses by one call without a target: its data is the code of a constructor, which asks EXTCODEHASH (EIP-1052) of each and returns
/// the answers. Nodes run it as they would a creation (execution-apis, GenericTransaction: <c>to</c> may be null; viem's deployless calls rest on the same). One that
/// does not, as Hedera's relay did not, is told by its answer.
/// </summary>
public static class CodeHashCall
{
    /// <summary>Far below what a constructor may return (24,576 bytes, EIP-170) and be long (49,152 bytes, EIP-3860).</summary>
    public const int MaxAddresses = 100;

    private const int WordSize = 32;

    /// <summary>Of <c>PUSH20 address EXTCODEHASH PUSH2 offset MSTORE</c>.</summary>
    private const int StepSize = 1 + Address.Size + 1 + 3 + 1;

    /// <param name="addresses">1 to <see cref="MaxAddresses"/>.</param>
    public static CallRequest Encode(IReadOnlyList<Address> addresses)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(addresses.Count, MaxAddresses);
        var code = new byte[addresses.Count * StepSize + 6];
        for (var i = 0; i < addresses.Count; i++)
        {
            var step = code.AsSpan(i * StepSize, StepSize);
            step[0] = 0x73; // PUSH20
            addresses[i].CopyTo(step[1..]);
            step[21] = 0x3f; // EXTCODEHASH
            step[22] = 0x61; // PUSH2: its word, behind one that stays zero, since nothing may be deployed that begins with 0xef (EIP-3541)
            BinaryPrimitives.WriteUInt16BigEndian(step[23..], (ushort)((i + 1) * WordSize));
            step[25] = 0x52; // MSTORE
        }
        var end = code.AsSpan(addresses.Count * StepSize);
        end[0] = 0x61; // PUSH2: the length
        BinaryPrimitives.WriteUInt16BigEndian(end[1..], (ushort)((addresses.Count + 1) * WordSize));
        (end[3], end[4], end[5]) = (0x60, 0x00, 0xf3); // PUSH1 0 RETURN
        return new(To: null, code);
    }

    /// <returns>What EXTCODEHASH said of each address in order, zero where there is no account; null where the node did not run it.</returns>
    public static IReadOnlyList<Hash32>? Decode(CallResult answer, int count)
    {
        if (answer is not CallResult.Returned(var data) || data.Length != (count + 1) * WordSize || data.Span[..WordSize].ContainsAnyExcept((byte)0)) return null;
        return [.. Enumerable.Range(1, count).Select(i => new Hash32(data.Span.Slice(i * WordSize, WordSize)))];
    }
}
