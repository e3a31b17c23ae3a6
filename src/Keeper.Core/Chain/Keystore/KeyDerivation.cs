using System.Numerics;
using System.Text.Json;

namespace Keeper.Core.Chain.Keystore;

/// <summary>The two key derivations of the format, with bounds: parameters come from a file and could ask for any memory and time.</summary>
/// <param name="Salt">At most 1,024 bytes.</param>
/// <param name="Length">32 to 64 bytes: the first 16 encrypt, the next 16 authenticate.</param>
public abstract record KeyDerivation(byte[] Salt, int Length)
{
    /// <summary>1 GiB: four times what the usual n = 262144, r = 8 takes.</summary>
    private const long MaxScryptBytes = 1L << 30;

    /// <summary>Eight times the usual work.</summary>
    private const long MaxScryptWork = 1L << 24;

    private const int MaxPbkdf2Rounds = 10_000_000;

    /// <summary>RFC 7914.</summary>
    public sealed record Scrypt(byte[] Salt, int Length, int N, int R, int P) : KeyDerivation(Salt, Length);

    /// <summary>RFC 8018 with HMAC-SHA-256.</summary>
    public sealed record Pbkdf2(byte[] Salt, int Length, int Rounds) : KeyDerivation(Salt, Length);

    /// <exception cref="KeystoreException">Unknown, incomplete, or out of bounds.</exception>
    internal static KeyDerivation Read(string kdf, JsonElement parameters)
    {
        var length = KeystoreJson.Integer(parameters, "dklen");
        if (length is < 32 or > 64) throw new KeystoreException("The keystore's dklen is outside 32 to 64.");
        var salt = KeystoreJson.Bytes(parameters, "salt", 1024);
        return kdf switch
        {
            "scrypt" => ReadScrypt(salt, (int)length, KeystoreJson.Integer(parameters, "n"), KeystoreJson.Integer(parameters, "r"), KeystoreJson.Integer(parameters, "p")),
            "pbkdf2" => ReadPbkdf2(salt, (int)length, KeystoreJson.Text(parameters, "prf"), KeystoreJson.Integer(parameters, "c")),
            _ => throw new KeystoreException("The keystore's kdf is neither scrypt nor pbkdf2."),
        };
    }

    private static Scrypt ReadScrypt(byte[] salt, int length, long n, long r, long p)
    {
        var bounded = n is > 1 and <= 1 << 22 && BitOperations.IsPow2(n) && r is > 0 and <= 1 << 16 && p is > 0 and <= 1 << 16;
        if (!bounded || 128 * n * r > MaxScryptBytes || n * r > MaxScryptWork / p)
            throw new KeystoreException("The keystore's scrypt parameters are out of bounds.");
        return new(salt, length, (int)n, (int)r, (int)p);
    }

    private static Pbkdf2 ReadPbkdf2(byte[] salt, int length, string prf, long rounds)
    {
        if (prf != "hmac-sha256") throw new KeystoreException("The keystore's prf is not hmac-sha256.");
        if (rounds is < 1 or > MaxPbkdf2Rounds) throw new KeystoreException("The keystore's pbkdf2 rounds are out of bounds.");
        return new(salt, length, (int)rounds);
    }
}
