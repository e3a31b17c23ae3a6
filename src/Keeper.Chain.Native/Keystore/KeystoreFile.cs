using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Keystore;

namespace Keeper.Chain.Native.Keystore;

/// <summary>A keystore on disk, for its owner's eyes only.</summary>
public static class KeystoreFile
{
    /// <exception cref="KeystoreException">The file is missing, readable by others than its owner, or cannot be opened with this password.</exception>
    public static PrivateKey Read(string path, string password) => KeystoreV3.Decrypt(KeystoreText.Read(path), password);

    /// <summary>Creates a file of mode 0600; never overwrites one.</summary>
    /// <exception cref="KeystoreException">The file exists or cannot be written.</exception>
    public static void Write(string path, PrivateKey key, string password, int scryptN = KeystoreV3.StandardScryptN)
    {
        var json = KeystoreV3.Encrypt(key, password, scryptN);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = KeystoreText.OwnerOnly;
        try
        {
            using var stream = new FileStream(path, options);
            stream.Write(Encoding.UTF8.GetBytes(json));
            stream.Flush(flushToDisk: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeystoreException($"The keystore {path} cannot be created: it exists, or its folder cannot be written.");
        }
    }
}
