using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Crypto;

/// <summary>
/// The C library of Bitcoin Core where the machine has it: constant time, and five times as fast. Only a build with the recovery
/// module will do. A context that is only read may be shared by threads.
/// </summary>
internal sealed unsafe class LibSecp256k1 : ISecp256k1
{
    private const uint SignAndVerify = 0x301;
    private const uint Uncompressed = 2;

    /// <summary>Debian 12 has .so.1, newer distributions .so.2 and up, older ones .so.0, which has the same functions.</summary>
    private static readonly string[] FileNames =
    [
        "libsecp256k1.so.6", "libsecp256k1.so.5", "libsecp256k1.so.4", "libsecp256k1.so.3", "libsecp256k1.so.2", "libsecp256k1.so.1", "libsecp256k1.so.0", "libsecp256k1.so",
        "libsecp256k1.6.dylib", "libsecp256k1.5.dylib", "libsecp256k1.2.dylib", "libsecp256k1.1.dylib", "libsecp256k1.dylib",
        "libsecp256k1-6.dll", "libsecp256k1-5.dll", "libsecp256k1-2.dll", "libsecp256k1-1.dll", "secp256k1.dll",
    ];

    private readonly ContextHandle _context;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, nint, nint, int> _signRecoverable;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int> _serialize;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int> _parse;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int> _recover;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, byte*, int> _createPublicKey;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int> _serializePublicKey;

    private LibSecp256k1(nint library)
    {
        _signRecoverable = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, nint, nint, int>)NativeLibrary.GetExport(library, "secp256k1_ecdsa_sign_recoverable");
        _serialize = (delegate* unmanaged[Cdecl]<nint, byte*, int*, byte*, int>)NativeLibrary.GetExport(library, "secp256k1_ecdsa_recoverable_signature_serialize_compact");
        _parse = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int, int>)NativeLibrary.GetExport(library, "secp256k1_ecdsa_recoverable_signature_parse_compact");
        _recover = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int>)NativeLibrary.GetExport(library, "secp256k1_ecdsa_recover");
        _createPublicKey = (delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)NativeLibrary.GetExport(library, "secp256k1_ec_pubkey_create");
        _serializePublicKey = (delegate* unmanaged[Cdecl]<nint, byte*, nuint*, byte*, uint, int>)NativeLibrary.GetExport(library, "secp256k1_ec_pubkey_serialize");
        _context = new ContextHandle(library);
    }

    public string Name => "libsecp256k1";

    /// <summary>Null where no library with the recovery module is found.</summary>
    public static LibSecp256k1? TryLoad()
    {
        foreach (var name in FileNames)
        {
            if (!NativeLibrary.TryLoad(name, out var library)) continue;
            try
            {
                return new LibSecp256k1(library);
            }
            catch (EntryPointNotFoundException)
            {
                NativeLibrary.Free(library); // built without --enable-module-recovery
            }
        }
        return null;
    }

    public RecoverableSignature Sign(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> key)
    {
        Require(hash, 32);
        Require(key, 32);
        var opaque = stackalloc byte[65];
        var compact = stackalloc byte[64];
        int recoveryId;
        fixed (byte* hashPointer = hash, keyPointer = key)
        {
            // No nonce function given: the default is RFC 6979 with SHA-256. The answer has a low s.
            if (_signRecoverable(_context.Pointer, opaque, hashPointer, keyPointer, 0, 0) != 1) throw new CryptographicException("libsecp256k1 refused to sign.");
            _ = _serialize(_context.Pointer, compact, &recoveryId, opaque);
        }
        var bytes = new ReadOnlySpan<byte>(compact, 64);
        return new(UInt256.ReadBigEndian(bytes[..32]), UInt256.ReadBigEndian(bytes[32..]), (byte)recoveryId);
    }

    public void DerivePublicKey(ReadOnlySpan<byte> key, Span<byte> publicKey)
    {
        Require(key, 32);
        var opaque = stackalloc byte[64];
        fixed (byte* keyPointer = key)
        {
            if (_createPublicKey(_context.Pointer, opaque, keyPointer) != 1) throw new CryptographicException("libsecp256k1 refused the key.");
        }
        Serialize(opaque, publicKey);
    }

    public bool TryRecover(ReadOnlySpan<byte> hash, RecoverableSignature signature, Span<byte> publicKey)
    {
        Require(hash, 32);
        var compact = stackalloc byte[64];
        signature.R.WriteBigEndian(new Span<byte>(compact, 32));
        signature.S.WriteBigEndian(new Span<byte>(compact + 32, 32));
        var opaqueSignature = stackalloc byte[65];
        var opaqueKey = stackalloc byte[64];
        fixed (byte* hashPointer = hash)
        {
            if (_parse(_context.Pointer, opaqueSignature, compact, signature.RecoveryId) != 1) return false;
            if (_recover(_context.Pointer, opaqueKey, opaqueSignature, hashPointer) != 1) return false;
        }
        Serialize(opaqueKey, publicKey);
        return true;
    }

    private void Serialize(byte* opaque, Span<byte> publicKey)
    {
        var serialized = stackalloc byte[65];
        nuint length = 65;
        _ = _serializePublicKey(_context.Pointer, serialized, &length, opaque, Uncompressed);
        new ReadOnlySpan<byte>(serialized + 1, 64).CopyTo(publicKey);
    }

    /// <summary>The library reads what the pointer points to, whatever the span's length.</summary>
    private static void Require(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length != length) throw new ArgumentException($"{length} bytes are expected, not {bytes.Length}.");
    }

    private sealed class ContextHandle : SafeHandle
    {
        private readonly delegate* unmanaged[Cdecl]<nint, void> _destroy;

        public ContextHandle(nint library) : base(0, ownsHandle: true)
        {
            var create = (delegate* unmanaged[Cdecl]<uint, nint>)NativeLibrary.GetExport(library, "secp256k1_context_create");
            var randomize = (delegate* unmanaged[Cdecl]<nint, byte*, int>)NativeLibrary.GetExport(library, "secp256k1_context_randomize");
            _destroy = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(library, "secp256k1_context_destroy");
            SetHandle(create(SignAndVerify));
            // Blinding against side channels; it changes no result.
            var seed = stackalloc byte[32];
            RandomNumberGenerator.Fill(new Span<byte>(seed, 32));
            _ = randomize(handle, seed);
        }

        public override bool IsInvalid => handle == 0;
        public nint Pointer => handle;

        protected override bool ReleaseHandle()
        {
            _destroy(handle);
            return true;
        }
    }
}
