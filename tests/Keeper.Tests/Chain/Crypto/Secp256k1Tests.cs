using System.Security.Cryptography;
using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Tests.Chain.Crypto;

public sealed class Secp256k1Tests
{
    /// <summary>Signatures that several libraries share as their RFC 6979 vectors for this curve: key, message (hashed by SHA-256), r, s.</summary>
    public static TheoryData<string, string, string, string> Vectors => new()
    {
        { "0000000000000000000000000000000000000000000000000000000000000001", "Satoshi Nakamoto", "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8", "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5" },
        { "0000000000000000000000000000000000000000000000000000000000000001", "All those moments will be lost in time, like tears in rain. Time to die...", "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b", "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21" },
        { "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140", "Satoshi Nakamoto", "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0", "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5" },
        { "f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181", "Alan Turing", "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c", "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Signatures_are_the_known_ones(string key, string message, string r, string s)
    {
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(message));
        var signature = ManagedSecp256k1.Instance.Sign(hash, Convert.FromHexString(key));
        Assert.Equal((UInt256.Parse("0x" + r), UInt256.Parse("0x" + s)), (signature.R, signature.S));
        using var signer = PrivateKey.Parse(key);
        Assert.Equal(signer.Address, Secp256k1.RecoverAddress(hash, signature, ManagedSecp256k1.Instance));
    }

    [Fact]
    public void Every_signature_has_a_low_s_and_recovers_its_signer()
    {
        for (var i = 1; i <= 40; i++)
        {
            var (hash, key) = Pair(i);
            using var signer = new PrivateKey(key);
            var signature = ManagedSecp256k1.Instance.Sign(hash, key);
            Assert.True(signature.S <= Secp256k1.HalfOrder);
            Assert.Equal(signer.Address, Secp256k1.RecoverAddress(hash, signature, ManagedSecp256k1.Instance));
            var other = signature with { RecoveryId = (byte)(signature.RecoveryId ^ 1) };
            Assert.NotEqual(signer.Address, Secp256k1.RecoverAddress(hash, other, ManagedSecp256k1.Instance));
        }
    }

    [Fact]
    public void Signatures_out_of_range_recover_nobody()
    {
        var (hash, key) = Pair(1);
        var good = ManagedSecp256k1.Instance.Sign(hash, key);
        Assert.Null(Secp256k1.RecoverAddress(hash, good with { R = UInt256.Zero }));
        Assert.Null(Secp256k1.RecoverAddress(hash, good with { S = UInt256.Zero }));
        Assert.Null(Secp256k1.RecoverAddress(hash, good with { R = Secp256k1.Order }));
        Assert.Null(Secp256k1.RecoverAddress(hash, good with { S = Secp256k1.Order - good.S }));
        Assert.Null(Secp256k1.RecoverAddress(hash, good with { RecoveryId = 4 }));
        Assert.Null(Secp256k1.RecoverAddress(hash, good with { RecoveryId = (byte)(good.RecoveryId | 2) }));
        Assert.NotNull(Secp256k1.RecoverAddress(hash, good));
    }

    [LibSecp256k1Fact]
    public void The_native_library_gives_the_same_signatures_keys_and_signers()
    {
        var native = LibSecp256k1.TryLoad();
        Assert.NotNull(native);
        Span<byte> expected = stackalloc byte[64];
        Span<byte> actual = stackalloc byte[64];
        for (var i = 1; i <= 200; i++)
        {
            var (hash, key) = Pair(i);
            if (i % 5 == 0) key[0] = 0; // a leading zero byte is where encoders of keys go wrong
            var signature = ManagedSecp256k1.Instance.Sign(hash, key);
            Assert.Equal(signature, native.Sign(hash, key));
            ManagedSecp256k1.Instance.DerivePublicKey(key, expected);
            native.DerivePublicKey(key, actual);
            Assert.Equal(expected, actual);
            Assert.True(native.TryRecover(hash, signature, actual));
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("0x12")]
    [InlineData("0x0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("0xzz00000000000000000000000000000000000000000000000000000000000001")]
    public void What_is_no_key_is_refused_without_being_quoted(string text)
    {
        var error = Assert.Throws<SigningException>(() => PrivateKey.Parse(text));
        if (text.Length > 4) Assert.DoesNotContain(text[2..], error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_shows_its_address_only_and_is_of_no_use_after_dispose()
    {
        const string Digits = "4646464646464646464646464646464646464646464646464646464646464646";
        var key = PrivateKey.Parse(Digits);
        Assert.Equal("key of 0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f", key.ToString());
        var memory = key.Secret;
        key.Dispose();
        Assert.True(memory.IndexOfAnyExcept((byte)0) < 0);
        Assert.Throws<SigningException>(() => key.Sign(new byte[32], ManagedSecp256k1.Instance));
    }

    private static (byte[] Hash, byte[] Key) Pair(int i) => (SHA256.HashData([(byte)i, 1]), SHA256.HashData([(byte)i, 2]));
}
