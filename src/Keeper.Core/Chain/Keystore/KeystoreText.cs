using System.Text;

namespace Keeper.Core.Chain.Keystore;

/// <summary>The bytes of a keystore on disk, which are for its owner's eyes only.</summary>
public static class KeystoreText
{
    /// <summary>The mode of a file that only its owner reads and writes.</summary>
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int MaxBytes = 64 * 1024;

    /// <exception cref="KeystoreException">The file is missing, too large, or readable by others than its owner.</exception>
    public static string Read(string path)
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
