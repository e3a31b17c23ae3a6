using System.Text;
using Keeper.Chain.Native.Crypto;

namespace Keeper.Chain.Native.Keystore;

/// <summary>A keystore on disk, for its owner's eyes only.</summary>
public static class KeystoreFile
{
    private const int MaxBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="KeystoreException">The file is missing, readable by others than its owner, or cannot be opened with this password.</exception>
    public static PrivateKey Read(string path, string password) => KeystoreV3.Decrypt(ReadText(path), password);

    /// <summary>Creates a file of mode 0600; never overwrites one.</summary>
    /// <exception cref="KeystoreException">The file exists or cannot be written.</exception>
    public static void Write(string path, PrivateKey key, string password, int scryptN = KeystoreV3.StandardScryptN)
    {
        var json = KeystoreV3.Encrypt(key, password, scryptN);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
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

    private static string ReadText(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            // Of the open file, not of the path: between the two another file could take its place.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & ~(OwnerOnly | UnixFileMode.UserExecute)) != 0)
                throw new KeystoreException($"The keystore {path} can be read by others than its owner: chmod 600 it.");
            if (stream.Length > MaxBytes) throw new KeystoreException($"The keystore {path} is too large to be one.");
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KeystoreException($"The keystore {path} cannot be read.");
        }
    }
}
