using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Keeper.Chain.Native.Keystore;

/// <summary>The two key derivations of the format, with bounds: parameters come from a file and could ask for any memory and time.</summary>
internal static class KeystoreKdf
{
    /// <summary>1 GiB: four times what the usual n = 262144, r = 8 takes.</summary>
    private const long MaxScryptBytes = 1L << 30;

    /// <summary>Eight times the usual work.</summary>
    private const long MaxScryptWork = 1L << 24;

    private const int MaxPbkdf2Rounds = 10_000_000;

    /// <summary>32 bytes or more: the first 16 encrypt, the next 16 authenticate.</summary>
    public static byte[] Derive(string kdf, JsonElement parameters, string password)
    {
        var length = KeystoreJson.Integer(parameters, "dklen");
        if (length is < 32 or > 64) throw new KeystoreException("The keystore's dklen is outside 32 to 64.");
        var salt = KeystoreJson.Bytes(parameters, "salt", 1024);
        var secret = Encoding.UTF8.GetBytes(password);
        try
        {
            return kdf switch
            {
                "scrypt" => Scrypt(secret, salt, KeystoreJson.Integer(parameters, "n"), KeystoreJson.Integer(parameters, "r"), KeystoreJson.Integer(parameters, "p"), (int)length),
                "pbkdf2" => Pbkdf2(secret, salt, KeystoreJson.Text(parameters, "prf"), KeystoreJson.Integer(parameters, "c"), (int)length),
                _ => throw new KeystoreException("The keystore's kdf is neither scrypt nor pbkdf2."),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public static byte[] Scrypt(byte[] secret, byte[] salt, long n, long r, long p, int length)
    {
        var bounded = n is > 1 and <= 1 << 22 && BitOperations.IsPow2(n) && r is > 0 and <= 1 << 16 && p is > 0 and <= 1 << 16;
        if (!bounded || 128 * n * r > MaxScryptBytes || n * r > MaxScryptWork / p)
            throw new KeystoreException("The keystore's scrypt parameters are out of bounds.");
        return Keystore.Scrypt.Derive(secret, salt, (int)n, (int)r, (int)p, length);
    }

    private static byte[] Pbkdf2(byte[] secret, byte[] salt, string prf, long rounds, int length)
    {
        if (prf != "hmac-sha256") throw new KeystoreException("The keystore's prf is not hmac-sha256.");
        if (rounds is < 1 or > MaxPbkdf2Rounds) throw new KeystoreException("The keystore's pbkdf2 rounds are out of bounds.");
        return Rfc2898DeriveBytes.Pbkdf2(secret, salt, (int)rounds, HashAlgorithmName.SHA256, length);
    }
}
