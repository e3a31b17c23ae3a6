using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain;

/// <summary>The signers of this build, from 64 hex digits. One that is disposable is disposed.</summary>
public static class BuiltInSigners
{
    public static IReadOnlyList<(string Name, Func<string, ISigner> FromHex)> All { get; } =
    [
        ("native, with the curve of this machine", LocalSigner.FromHex),
        ("native, with the managed curve", key => new LocalSigner(PrivateKey.Parse(key), ManagedSecp256k1.Instance)),
    ];
}
