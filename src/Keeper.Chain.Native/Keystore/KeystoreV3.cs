using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Keystore;

namespace Keeper.Chain.Native.Keystore;

/// <summary>Web3 Secret Storage, version 3: AES-128 in counter mode under a key from scrypt or PBKDF2, authenticated by Keccak-256.</summary>
public static class KeystoreV3
{
    /// <summary>The scrypt cost that other tools write: 256 MiB and about a second.</summary>
    public const int StandardScryptN = 262_144;

    /// <exception cref="KeystoreException">The password is wrong, or the text is not a keystore of version 3.</exception>
    public static PrivateKey Decrypt(string json, string password)
    {
        var document = KeystoreDocument.Parse(json);
        var cipherText = document.CipherText;
        var derived = KeystoreKdf.Derive(document.Derivation, password);
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Mac(derived, cipherText), document.Mac)) throw new KeystoreException(KeystoreDocument.WrongPassword);
            ApplyCounterMode(derived.AsSpan(0, 16), document.InitialVector, cipherText);
            return Checked(new PrivateKey(cipherText), document);
        }
        catch (SigningException)
        {
            throw new KeystoreException("The keystore holds no valid private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(cipherText);
        }
    }

    /// <param name="scryptN">A power of two.</param>
    /// <returns>JSON that any Ethereum tool reads.</returns>
    public static string Encrypt(PrivateKey key, string password, int scryptN = StandardScryptN)
    {
        var salt = RandomNumberGenerator.GetBytes(32);
        var initial = RandomNumberGenerator.GetBytes(16);
        var derived = KeystoreKdf.Derive(new KeyDerivation.Scrypt(salt, 32, scryptN, 8, 1), password);
        var cipherText = key.Secret.ToArray();
        ApplyCounterMode(derived.AsSpan(0, 16), initial, cipherText);
        var mac = Mac(derived, cipherText);
        CryptographicOperations.ZeroMemory(derived);
        return JsonSerializer.Serialize(new
        {
            version = 3,
            id = new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
            address = key.Address.ToString()[2..],
            crypto = new
            {
                cipher = KeystoreDocument.Cipher,
                ciphertext = Convert.ToHexStringLower(cipherText),
                cipherparams = new { iv = Convert.ToHexStringLower(initial) },
                kdf = "scrypt",
                kdfparams = new { dklen = 32, n = scryptN, r = 8, p = 1, salt = Convert.ToHexStringLower(salt) },
                mac = Convert.ToHexStringLower(mac),
            },
        });
    }

    private static PrivateKey Checked(PrivateKey key, KeystoreDocument document)
    {
        try
        {
            document.RequireAddress(key.Address);
            return key;
        }
        catch (KeystoreException)
        {
            key.Dispose();
            throw;
        }
    }

    private static byte[] Mac(ReadOnlySpan<byte> derived, ReadOnlySpan<byte> cipherText)
    {
        Span<byte> input = stackalloc byte[48];
        derived.Slice(16, 16).CopyTo(input);
        cipherText.CopyTo(input[16..]);
        var mac = new byte[32];
        Keccak.HashInto(input, mac);
        CryptographicOperations.ZeroMemory(input);
        return mac;
    }

    /// <summary>NIST SP 800-38A, 6.5, with the whole block as counter; its own inverse.</summary>
    private static void ApplyCounterMode(ReadOnlySpan<byte> key, ReadOnlySpan<byte> initial, Span<byte> data)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        var counter = BinaryPrimitives.ReadUInt128BigEndian(initial);
        Span<byte> block = stackalloc byte[16];
        Span<byte> pad = stackalloc byte[16];
        for (var position = 0; position < data.Length; position += 16)
        {
            BinaryPrimitives.WriteUInt128BigEndian(block, counter++);
            aes.EncryptEcb(block, pad, PaddingMode.None);
            for (var i = 0; i < Math.Min(16, data.Length - position); i++) data[position + i] ^= pad[i];
        }
    }
}
