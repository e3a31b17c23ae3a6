using System.Security.Cryptography;
using System.Text;
using Keeper.Core.Chain.Keystore;

namespace Keeper.Chain.Native.Keystore;

/// <summary>From a password to the bytes that encrypt and authenticate.</summary>
internal static class KeystoreKdf
{
    public static byte[] Derive(KeyDerivation derivation, string password)
    {
        var secret = Encoding.UTF8.GetBytes(password);
        try
        {
            return derivation switch
            {
                KeyDerivation.Scrypt(var salt, var length, var n, var r, var p) => Scrypt.Derive(secret, salt, n, r, p, length),
                KeyDerivation.Pbkdf2(var salt, var length, var rounds) => Rfc2898DeriveBytes.Pbkdf2(secret, salt, rounds, HashAlgorithmName.SHA256, length),
                _ => throw new ArgumentOutOfRangeException(nameof(derivation)),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
