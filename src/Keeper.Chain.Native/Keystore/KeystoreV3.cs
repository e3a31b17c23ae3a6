using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Keystore;

/// <summary>Web3 Secret Storage, version 3: AES-128 in counter mode under a key from scrypt or PBKDF2, authenticated by Keccak-256.</summary>
public static class KeystoreV3
{
    /// <summary>The scrypt cost that other tools write: 256 MiB and about a second.</summary>
    public const int StandardScryptN = 262_144;

    /// <exception cref="KeystoreException">The password is wrong, or the text is not a keystore of version 3.</exception>
    public static PrivateKey Decrypt(string json, string password)
    {
        using var document = Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || KeystoreJson.Integer(root, "version") != 3) throw new KeystoreException("The keystore is not of version 3.");
        // Early tools wrote "Crypto".
        var crypto = KeystoreJson.Object(root, root.TryGetProperty("crypto", out _) ? "crypto" : "Crypto");
        if (KeystoreJson.Text(crypto, "cipher") != "aes-128-ctr") throw new KeystoreException("The keystore's cipher is not aes-128-ctr.");
        var initial = KeystoreJson.Bytes(KeystoreJson.Object(crypto, "cipherparams"), "iv", 16);
        var cipherText = KeystoreJson.Bytes(crypto, "ciphertext", 32);
        var mac = KeystoreJson.Bytes(crypto, "mac", 32);
        if (initial.Length != 16 || cipherText.Length != 32 || mac.Length != 32) throw new KeystoreException("The keystore's iv, ciphertext or mac has a wrong length.");

        var derived = KeystoreKdf.Derive(KeystoreJson.Text(crypto, "kdf"), KeystoreJson.Object(crypto, "kdfparams"), password);
        try
        {
            if (!CryptographicOperations.FixedTimeEquals(Mac(derived, cipherText), mac)) throw new KeystoreException("The password is wrong, or the keystore is damaged.");
            ApplyCounterMode(derived.AsSpan(0, 16), initial, cipherText);
            return Checked(new PrivateKey(cipherText), root);
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
        var secret = System.Text.Encoding.UTF8.GetBytes(password);
        var derived = KeystoreKdf.Scrypt(secret, salt, scryptN, 8, 1, 32);
        var cipherText = key.Secret.ToArray();
        ApplyCounterMode(derived.AsSpan(0, 16), initial, cipherText);
        var mac = Mac(derived, cipherText);
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(derived);
        return JsonSerializer.Serialize(new
        {
            version = 3,
            id = new Guid(RandomNumberGenerator.GetBytes(16)).ToString(),
            address = key.Address.ToString()[2..],
            crypto = new
            {
                cipher = "aes-128-ctr",
                ciphertext = Convert.ToHexStringLower(cipherText),
                cipherparams = new { iv = Convert.ToHexStringLower(initial) },
                kdf = "scrypt",
                kdfparams = new { dklen = 32, n = scryptN, r = 8, p = 1, salt = Convert.ToHexStringLower(salt) },
                mac = Convert.ToHexStringLower(mac),
            },
        });
    }

    private static JsonDocument Parse(string json)
    {
        try
        {
            return JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException)
        {
            throw new KeystoreException("The keystore is not JSON.");
        }
    }

    /// <summary>The address is optional in the format (some tools leave it out for privacy); where it stands it must be the key's.</summary>
    private static PrivateKey Checked(PrivateKey key, JsonElement root)
    {
        if (!root.TryGetProperty("address", out var stated) || stated.ValueKind != JsonValueKind.String) return key;
        var text = stated.GetString()!;
        if (Address.TryParse(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text : "0x" + text, out var address) && address == key.Address) return key;
        key.Dispose();
        throw new KeystoreException("The keystore's address is not the one of its key.");
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
