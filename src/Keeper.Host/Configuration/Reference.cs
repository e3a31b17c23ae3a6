using Keeper.Core.Chain.Keystore;

namespace Keeper.Host.Configuration;

/// <summary>
/// Where a value is: <c>env:NAME</c> or <c>file:PATH</c>. Holds no value, so that what holds a reference holds no secret; what
/// it leads to is read at each use.
/// </summary>
internal sealed class Reference
{
    private const int MaxBytes = 64 * 1024;
    private readonly Func<bool, string> _read;

    private Reference(string text, Func<bool, string> read) => (Text, _read) = (text, read);

    /// <summary>The reference as it is written, without the value.</summary>
    public string Text { get; }

    /// <summary>Null where the text is no reference.</summary>
    /// <param name="folder">Relative paths begin here.</param>
    public static Reference? Parse(string text, string folder, IReadOnlyDictionary<string, string> environment)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal)) return OfVariable(text[4..], environment);
        if (text.StartsWith("file:", StringComparison.Ordinal)) return OfFile(Path.GetFullPath(text[5..], folder), text);
        return null;
    }

    public static Reference OfFile(string path, string? text = null) => new(text ?? $"file:{path}", isPrivate => ReadFile(path, isPrivate));

    public static Reference OfVariable(string name, IReadOnlyDictionary<string, string> environment) => new($"env:{name}", _ =>
        environment.TryGetValue(name, out var value) && value.Length > 0 ? value
            : throw new ReferenceException($"refers to the environment variable {name}, which is not set", $"{name} set to the value"));

    /// <exception cref="ReferenceException">There is nothing, or it is empty.</exception>
    public string Read() => _read(false);

    /// <summary>Of a secret that opens a key: a file must be readable by its owner alone.</summary>
    /// <exception cref="ReferenceException">As above, or others than its owner can read it.</exception>
    public string ReadPrivate() => _read(true);

    public override string ToString() => Text;

    /// <summary>Without one newline at its end, which editors and <c>echo</c> leave.</summary>
    private static string ReadFile(string path, bool isPrivate)
    {
        try
        {
            if (!File.Exists(path)) throw new ReferenceException($"refers to the file {path}, which is missing", $"a file at {path} that holds the value");
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            // Of the open file, not of the path: between the two another file could take its place.
            if (isPrivate && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & ~(KeystoreText.OwnerOnly | UnixFileMode.UserExecute)) != 0)
                throw new ReferenceException($"refers to the file {path}, which others than its owner can read", $"a file of mode 0600: chmod 600 {path}");
            if (stream.Length > MaxBytes) throw new ReferenceException($"refers to the file {path} of {stream.Length} bytes", $"at most {MaxBytes} bytes");
            using var reader = new StreamReader(stream);
            var text = reader.ReadToEnd();
            if (text.EndsWith('\n')) text = text[..^1];
            if (text.EndsWith('\r')) text = text[..^1];
            return text.Length > 0 ? text : throw new ReferenceException($"refers to the file {path}, which is empty", $"a file at {path} that holds the value");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ReferenceException($"refers to the file {path}, which cannot be read", $"a file at {path} that this user may read");
        }
    }
}
