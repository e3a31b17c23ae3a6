using System.Buffers.Binary;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>Revert data into words, by the errors that configuration names and the two of the language.</summary>
internal sealed class DeclaredErrors(IReadOnlyDictionary<uint, (AbiSignature Signature, bool IsNoLongerNeeded)> known)
{
    private const uint ErrorString = 0x08c379a0, Panic = 0x4e487b71;

    private readonly RevertDecoder _words = new(known.ToDictionary(error => error.Key, error => error.Value.Signature.Canonical));

    public CallFailure Explain(ReadOnlySpan<byte> revertData)
    {
        var detail = _words.Describe(revertData);
        if (revertData.Length < 4) return new(false, detail, IsKnown: false);
        var selector = BinaryPrimitives.ReadUInt32BigEndian(revertData);
        if (selector is ErrorString or Panic) return new(false, detail);
        if (!known.TryGetValue(selector, out var error)) return new(false, detail, IsKnown: false);
        try
        {
            AbiDecoder.Decode(error.Signature.Inputs, revertData[4..]);
            return new(error.IsNoLongerNeeded, detail);
        }
        catch (AbiException)
        {
            // The data was cut off or is not the contract's: a refusal that cannot be read in full is not trusted to say "raced".
            return new(false, detail, IsKnown: false);
        }
    }
}
