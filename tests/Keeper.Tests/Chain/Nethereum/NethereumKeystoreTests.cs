using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Chain.Nethereum.Accounts;
using Keeper.Core.Chain.Keystore;
using Keeper.Tests.Chain.Keystore;

namespace Keeper.Tests.Chain.Nethereum;

public sealed class NethereumKeystoreTests
{
    [Theory]
    [InlineData(KeystoreTests.Pbkdf2)]
    [InlineData(KeystoreTests.Scrypt)]
    public void The_vectors_of_the_definition_open(string json)
    {
        using var key = PrivateKey.Parse(KeystoreTests.Secret);
        using var signer = NethereumKeystore.Open(json, "testpassword");
        Assert.Equal(key.Address, signer.Address);
    }

    [Theory]
    [MemberData(nameof(KeystoreTests.Damages), MemberType = typeof(KeystoreTests))]
    public void A_keystore_that_is_not_right_is_refused_in_the_words_of_the_built_in_reader(string part, string replacement)
    {
        var json = KeystoreTests.Scrypt.Replace(part, replacement, StringComparison.Ordinal);
        var expected = Assert.Throws<KeystoreException>(() => KeystoreV3.Decrypt(json, "testpassword"));
        Assert.Equal(expected.Message, Assert.Throws<KeystoreException>(() => NethereumKeystore.Open(json, "testpassword")).Message);
    }

    [Theory]
    [InlineData(KeystoreTests.Pbkdf2)]
    [InlineData(KeystoreTests.Scrypt)]
    public void A_wrong_password_is_named_so_and_not_quoted(string json)
    {
        var error = Assert.Throws<KeystoreException>(() => NethereumKeystore.Open(json, "hunter2hunter2"));
        Assert.Equal(KeystoreDocument.WrongPassword, error.Message);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_not_the_keys_is_refused() => Assert.Throws<KeystoreException>(() => NethereumKeystore.Open(
        KeystoreTests.Pbkdf2.Replace("{\"crypto\"", "{\"address\":\"00000000000000000000000000000000000000aa\",\"crypto\"", StringComparison.Ordinal), "testpassword"));

    [Fact]
    public void A_keystore_of_the_built_in_writer_opens_and_one_that_others_can_read_does_not()
    {
        var folder = Directory.CreateTempSubdirectory("keystore");
        try
        {
            var path = Path.Combine(folder.FullName, "key.json");
            using var key = PrivateKey.Generate();
            KeystoreFile.Write(path, key, "pässword", scryptN: 1024);
            using (var signer = NethereumSigner.FromKeystore(path, "pässword")) Assert.Equal(key.Address, signer.Address);
            Assert.Throws<KeystoreException>(() => NethereumSigner.FromKeystore(path + "x", "pässword"));
            if (OperatingSystem.IsWindows()) return;
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Assert.Throws<KeystoreException>(() => NethereumSigner.FromKeystore(path, "pässword")).Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
