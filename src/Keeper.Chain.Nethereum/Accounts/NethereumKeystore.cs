using System.Security.Cryptography;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Keystore;
using Nethereum.KeyStore;
using Nethereum.KeyStore.Crypto;
using Nethereum.KeyStore.Model;

namespace Keeper.Chain.Nethereum.Accounts;

/// <summary>
/// Opens V3 keystores by Nethereum.KeyStore, from values that are checked before: its own reader takes any cost from the file, and
/// reads names of any letter case.
/// </summary>
public static class NethereumKeystore
{
    /// <exception cref="KeystoreException">The password is wrong, or the text is not a keystore of version 3.</exception>
    public static NethereumSigner Open(string json, string password)
    {
        var document = KeystoreDocument.Parse(json);
        var key = Decrypt(document, password);
        try
        {
            var signer = new NethereumSigner(key);
            document.RequireAddress(signer.Address);
            return signer;
        }
        catch (SigningException)
        {
            throw new KeystoreException("The keystore holds no valid private key.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static byte[] Decrypt(KeystoreDocument document, string password)
    {
        try
        {
            return document.Derivation switch
            {
                KeyDerivation.Scrypt(_, var length, var n, var r, var p) => new KeyStoreScryptService().DecryptKeyStore(
                    password, Store(document, new ScryptParams { Dklen = length, N = n, R = r, P = p }, KeyStoreScryptService.KdfType)),
                KeyDerivation.Pbkdf2(_, var length, var rounds) => new KeyStorePbkdf2Service().DecryptKeyStore(
                    password, Store(document, new Pbkdf2Params { Dklen = length, Count = rounds, Prf = "hmac-sha256" }, KeyStorePbkdf2Service.KdfType)),
                _ => throw new ArgumentOutOfRangeException(nameof(document)),
            };
        }
        catch (DecryptionException)
        {
            throw new KeystoreException(KeystoreDocument.WrongPassword);
        }
    }

    private static KeyStore<T> Store<T>(KeystoreDocument document, T parameters, string kdf) where T : KdfParams => new()
    {
        Version = 3,
        Crypto = new CryptoInfo<T>(KeystoreDocument.Cipher, document.CipherText, document.InitialVector, document.Mac, document.Derivation.Salt, parameters, kdf),
    };
}
