using System.Text.Json;
using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.Keystore;

/// <summary>
/// A keystore of the Web3 Secret Storage format, version 3, that is complete and within bounds. Whatever opens it works on these
/// values and not on the text: two parsers could read two keystores in one file.
/// </summary>
/// <param name="InitialVector">16 bytes, for AES-128 in counter mode.</param>
/// <param name="CipherText">32 bytes: the key.</param>
/// <param name="Mac">32 bytes.</param>
public sealed record KeystoreDocument(KeyDerivation Derivation, byte[] InitialVector, byte[] CipherText, byte[] Mac)
{
    /// <summary>The one cipher of the format in use.</summary>
    public const string Cipher = "aes-128-ctr";

    /// <summary>What it is said when the password does not fit: nobody can tell the two apart.</summary>
    public const string WrongPassword = "The password is wrong, or the keystore is damaged.";

    /// <summary>Whether the file states an address, in whatever form.</summary>
    private bool StatesAddress { get; init; }

    private Address? Stated { get; init; }

    /// <exception cref="KeystoreException">Not a keystore of version 3, or one that asks for too much.</exception>
    public static KeystoreDocument Parse(string json)
    {
        using var document = ParseJson(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || KeystoreJson.Integer(root, "version") != 3) throw new KeystoreException("The keystore is not of version 3.");
        // Early tools wrote "Crypto".
        var crypto = KeystoreJson.Object(root, root.TryGetProperty("crypto", out _) ? "crypto" : "Crypto");
        if (KeystoreJson.Text(crypto, "cipher") != Cipher) throw new KeystoreException($"The keystore's cipher is not {Cipher}.");
        var initial = KeystoreJson.Bytes(KeystoreJson.Object(crypto, "cipherparams"), "iv", 16);
        var cipherText = KeystoreJson.Bytes(crypto, "ciphertext", 32);
        var mac = KeystoreJson.Bytes(crypto, "mac", 32);
        if (initial.Length != 16 || cipherText.Length != 32 || mac.Length != 32) throw new KeystoreException("The keystore's iv, ciphertext or mac has a wrong length.");
        var derivation = KeyDerivation.Read(KeystoreJson.Text(crypto, "kdf"), KeystoreJson.Object(crypto, "kdfparams"));
        var isStated = root.TryGetProperty("address", out var stated) && stated.ValueKind == JsonValueKind.String;
        return new(derivation, initial, cipherText, mac) { StatesAddress = isStated, Stated = isStated ? ToAddress(stated.GetString()!) : null };
    }

    /// <summary>The address is optional in the format (some tools leave it out for privacy); where it stands it must be the key's.</summary>
    /// <exception cref="KeystoreException">It is another.</exception>
    public void RequireAddress(Address address)
    {
        if (StatesAddress && Stated != address) throw new KeystoreException("The keystore's address is not the one of its key.");
    }

    private static Address? ToAddress(string text) =>
        Address.TryParse(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text : "0x" + text, out var address) ? address : null;

    private static JsonDocument ParseJson(string json)
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
}
