using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Host.Checks;

/// <summary>
/// Adapters from files. The bytes are read once, hashed, and the very same bytes are loaded, into a context of their own in which they find this process's Keeper.Core and the
/// framework. It is code with the rights of the keeper: the hash in the configuration is the operator's word for it.
/// </summary>
internal static class AdapterPackage
{
    private const long MaxBytes = 64 * 1024 * 1024;

    /// <summary>One for each file's content: the same adapter twice is the same types.</summary>
    private static readonly ConcurrentDictionary<Hash32, Assembly> Loaded = new();

    /// <summary>What is wrong, and with which key of the section.</summary>
    internal sealed record Fault(string Key, string Problem, string Expected);

    /// <param name="sha256">Null where the configuration has none: it is told which it would be.</param>
    /// <returns>Null where nothing is wrong.</returns>
    public static Fault? Open(string path, Hash32? sha256, string typeName, out Type? factory)
    {
        factory = null;
        byte[] bytes;
        try
        {
            if (!File.Exists(path)) return new("path", $"is {path}, where there is no file", "the path of an assembly (.dll)");
            if (new FileInfo(path).Length > MaxBytes) return new("path", $"is a file of more than {MaxBytes} bytes", "the path of an assembly (.dll)");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new("path", $"is {path}, which cannot be read", "a file that this user may read");
        }
        var hash = new Hash32(SHA256.HashData(bytes));
        if (sha256 is null) return new("sha256", "is missing", $"the SHA-256 of the file that you have looked at, which is {hash} now");
        if (sha256 != hash) return new("sha256", $"is not that of {path}, which is {hash}", "the SHA-256 of the file, or the file that it is of");
        try
        {
            return Find(Loaded.GetOrAdd(hash, _ => new Context().LoadFromStream(new MemoryStream(bytes))), path, typeName, out factory);
        }
        catch (BadImageFormatException)
        {
            return new("path", $"is {path}, which is no .NET assembly for this runtime", "an assembly that was built for net10.0 or earlier");
        }
        catch (FileLoadException error)
        {
            return Lacking(path, error);
        }
    }

    /// <summary>By what was loaded, where it was: a file that is replaced while the keeper runs is the next start's concern.</summary>
    /// <exception cref="StartupException">The file has changed since the configuration was read and was never loaded, or the adapter cannot be made.</exception>
    public static IProtocol Create(ProtocolSettings settings, UndoLog undo)
    {
        var options = (PackageOptions)settings.Options!;
        Type? type;
        var wrong = Loaded.TryGetValue(options.Sha256, out var assembly) ? Find(assembly, options.Path, options.TypeName, out type) : Open(options.Path, options.Sha256, options.TypeName, out type);
        if (wrong is not null) throw Refused(settings, $"package.{wrong.Key} {wrong.Problem}");
        try
        {
            return ((IProtocolFactory)Activator.CreateInstance(type!)!).Create(settings, undo) ?? throw Refused(settings, "its factory made nothing");
        }
        catch (Exception error) when (error is not (StartupException or OutOfMemoryException or InsufficientExecutionStackException))
        {
            // Whatever a stranger's code throws.
            var cause = (error as TargetInvocationException)?.InnerException ?? error;
            throw Refused(settings, ForeignText.Clean(cause is ArgumentException ? cause.Message : $"{cause.GetType().Name}: {cause.Message}"));
        }
    }

    private static Fault? Find(Assembly assembly, string path, string typeName, out Type? factory)
    {
        factory = null;
        try
        {
            if (assembly.GetType(typeName, throwOnError: false) is not { } type) return new("type", $"is \"{ForeignText.Clean(typeName, 100)}\", which is not in {assembly.GetName().Name}", Known(assembly));
            if (!typeof(IProtocolFactory).IsAssignableFrom(type)) return new("type", $"is {typeName}, which does not implement {nameof(IProtocolFactory)} of this keeper", Known(assembly));
            if (type.IsAbstract || !type.IsVisible || type.GetConstructor(Type.EmptyTypes) is null) return new("type", $"is {typeName}, which is no public class with a constructor without arguments", Known(assembly));
            factory = type;
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or FileLoadException or TypeLoadException or ReflectionTypeLoadException or BadImageFormatException)
        {
            return Lacking(path, error);
        }
    }

    private static Fault Lacking(string path, Exception error) =>
        new("path", $"is {path}, which needs what is not there: {ForeignText.Clean(error.Message)}", "an assembly that refers to Keeper.Core of this version and the framework alone");

    private static StartupException Refused(ProtocolSettings settings, string reason) =>
        new(ExitCode.Config, $"protocols/{settings.Name}.json: package", $"cannot be used: {reason}", "an adapter that takes these settings");

    private static string Known(Assembly assembly)
    {
        string[] factories = [.. assembly.GetExportedTypes().Where(type => typeof(IProtocolFactory).IsAssignableFrom(type) && !type.IsAbstract).Select(type => type.FullName!)];
        return factories.Length == 0 ? $"an assembly with a public class that implements {nameof(IProtocolFactory)}" : string.Join(" or ", factories);
    }

    private sealed class Context() : AssemblyLoadContext("adapter")
    {
        /// <summary>Core must be the one of this process, or its types would be others.</summary>
        protected override Assembly? Load(AssemblyName name)
        {
            var core = typeof(IProtocol).Assembly;
            if (name.Name != core.GetName().Name) return null;
            return name.Version == core.GetName().Version ? core : throw new FileLoadException($"It was built for {name.Name} {name.Version}, and this is {core.GetName().Version}.");
        }
    }
}
