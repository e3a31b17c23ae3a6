using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Core.Chain.Keystore;

namespace Keeper.Tests.Chain.Keystore;

public sealed class KeystoreTests
{
    internal const string Secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    /// <summary>The two test vectors of the Web3 Secret Storage Definition.</summary>
    internal const string Pbkdf2 = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},"ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    internal const string Scrypt = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},"ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},"id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    [Theory]
    [InlineData(Pbkdf2)]
    [InlineData(Scrypt)]
    public void The_vectors_of_the_definition_open(string json)
    {
        using var key = KeystoreV3.Decrypt(json, "testpassword");
        Assert.Equal(Secret, Convert.ToHexStringLower(key.Secret));
    }

    [Fact]
    public void A_wrong_password_is_named_so_and_not_quoted()
    {
        var error = Assert.Throws<KeystoreException>(() => KeystoreV3.Decrypt(Pbkdf2, "hunter2hunter2"));
        Assert.Contains("password is wrong", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A part of the scrypt vector, and what stands there instead.</summary>
    public static TheoryData<string, string> Damages => new()
    {
        { "aes-128-ctr", "aes-256-cbc" },
        { "\"version\":3", "\"version\":4" },
        { "\"n\":262144", "\"n\":262143" },
        { "\"n\":262144", "\"n\":4294967296" },
        { "\"n\":262144", "\"n\":0" },
        { "\"r\":1", "\"r\":1000000" },
        { "\"p\":8", "\"p\":1000000" },
        { "\"dklen\":32", "\"dklen\":16" },
        { "\"dklen\":32", "\"dklen\":1000000000" },
        { "\"kdf\":\"scrypt\"", "\"kdf\":\"md5\"" },
        { "83dbcc02d8ccb40e466191a123791e0e", "83dbcc02" },
        { "83dbcc02d8ccb40e466191a123791e0e", "zzdbcc02d8ccb40e466191a123791e0e" },
        { "\"mac\"", "\"mak\"" },
        { "{\"crypto\"", "{\"address\":5,\"krypto\"" },
        { "}", "" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_keystore_that_is_not_right_is_refused_before_any_work(string part, string replacement) =>
        Assert.Throws<KeystoreException>(() => KeystoreV3.Decrypt(Scrypt.Replace(part, replacement, StringComparison.Ordinal), "testpassword"));

    [Fact]
    public void An_address_that_is_not_the_keys_is_refused() =>
        Assert.Throws<KeystoreException>(() => KeystoreV3.Decrypt(Pbkdf2.Replace("{\"crypto\"", "{\"address\":\"00000000000000000000000000000000000000aa\",\"crypto\"", StringComparison.Ordinal), "testpassword"));

    [Fact]
    public void A_file_is_for_its_owner_only_and_never_overwritten()
    {
        var folder = Directory.CreateTempSubdirectory("keystore");
        try
        {
            var path = Path.Combine(folder.FullName, "key.json");
            using var key = PrivateKey.Generate();
            KeystoreFile.Write(path, key, "pässword", scryptN: 1024);
            using (var signer = LocalSigner.FromKeystore(path, "pässword")) Assert.Equal(key.Address, signer.Address);
            Assert.Throws<KeystoreException>(() => KeystoreFile.Write(path, key, "other", scryptN: 1024));
            Assert.Throws<KeystoreException>(() => LocalSigner.FromKeystore(path, "password"));
            Assert.Throws<KeystoreException>(() => LocalSigner.FromKeystore(path + "x", "pässword"));
            if (OperatingSystem.IsWindows()) return;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Assert.Throws<KeystoreException>(() => LocalSigner.FromKeystore(path, "pässword")).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
