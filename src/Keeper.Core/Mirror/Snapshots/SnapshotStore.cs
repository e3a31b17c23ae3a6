using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Keeper.Core.Mirror.Snapshots;

/// <summary>
/// The newest snapshot of one keeper, at one path. A new one is written beside it and read back before it takes its place, so that there is always a
/// whole one. Not safe for concurrent use; two writers have a store each (<see cref="ForAnotherWriter"/>).
/// </summary>
/// <param name="isReadOnly">Begins with what is there and changes nothing: a keeper that only looks, beside one at work.</param>
public sealed class SnapshotStore(string path, ulong chainId, TimeProvider time, bool isReadOnly = false)
{
    private string _candidate = path + ".new";

    public string FilePath => path;

    public bool IsReadOnly => isReadOnly;

    /// <summary>The same snapshot, for somebody who writes beside this one: what each writes is its own until it takes the snapshot's place.</summary>
    /// <param name="suffix">Of the file that is written, unlike any other.</param>
    public SnapshotStore ForAnotherWriter(string suffix) => new(path, chainId, time, isReadOnly) { _candidate = path + suffix };

    /// <summary>What the snapshot says of itself; null where there is none.</summary>
    /// <exception cref="SnapshotException">There is a file that is not used.</exception>
    public SnapshotHeader? Find()
    {
        if (!File.Exists(path)) return null;
        using var file = Open(path);
        var header = SnapshotFile.ReadHeader(file);
        return header.ChainId == chainId ? header : throw new SnapshotException(SnapshotFault.OtherChain, $"It is of chain {header.ChainId}, this is chain {chainId}.");
    }

    /// <summary>Gives each of the protocols its state, where the snapshot has it.</summary>
    /// <param name="header">As <see cref="Find"/> gave it.</param>
    /// <param name="protocols">With nothing in them. After an exception they are of no more use.</param>
    /// <returns>Those that have none in it, and why.</returns>
    /// <param name="unused">Names of protocols whose part is passed over.</param>
    /// <exception cref="SnapshotException">Nothing of it is used; where it names a protocol, that one's part is of no use, and the others' may be.</exception>
    public IReadOnlyList<(IProtocol Protocol, string Reason)> Load(SnapshotHeader header, IReadOnlyList<IProtocol> protocols, IReadOnlySet<string>? unused = null)
    {
        using var file = Open(path);
        if (SnapshotFile.ReadHeader(file).Block != header.Block) throw new SnapshotException(SnapshotFault.Replaced, "Another one has taken its place.");
        var without = new List<(IProtocol, string)>();
        foreach (var protocol in protocols)
        {
            var section = header.Sections.FirstOrDefault(section => section.Kind == SnapshotSection.ProtocolState && section.Name == protocol.Settings.Name);
            if (unused?.Contains(protocol.Settings.Name) == true) without.Add((protocol, "is of no use"));
            else if ((section is null ? "is not in it" : section.DifferenceTo(protocol.Settings, protocol.StateVersion)) is { } reason) without.Add((protocol, reason));
            else Load(file, section!, protocol);
        }
        return without;
    }

    /// <summary>Writes a new snapshot beside the one that counts, and reads it back.</summary>
    /// <returns>Its size in bytes, and whose state is not in it since their adapters failed at writing it, and why.</returns>
    /// <exception cref="SnapshotException">It is not there as it should be.</exception>
    public (long Bytes, IReadOnlyList<(string Name, string Reason)> Without) Write(BlockRef block, IReadOnlyList<SnapshotPart> parts)
    {
        if (isReadOnly) throw new SnapshotException(SnapshotFault.Unreadable, "It is only read here.");
        IReadOnlyList<(string Name, string Reason)> without;
        try
        {
            // Left by a process that was killed while it wrote.
            File.Delete(_candidate);
            without = SnapshotFile.Write(_candidate, chainId, block, time.GetUtcNow(), parts);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(SnapshotFault.Unreadable, error.Message);
        }
        if (without.Count == parts.Count && parts.Count > 0) throw new SnapshotException(SnapshotFault.Unreadable, $"The state of {without[0].Name} cannot be written: {without[0].Reason}");
        return (Verify(_candidate).FileBytes, without);
    }

    /// <summary>What was written last is from now on the one that counts.</summary>
    /// <exception cref="SnapshotException">It cannot be.</exception>
    public void Promote() => Move(_candidate, path);

    /// <summary>Keeps the snapshot that counts under another name, for somebody to look at: it is not restored again.</summary>
    /// <param name="looked">The one that is meant, where it could be read: one that has taken its place since stays.</param>
    public void SetAside(SnapshotHeader? looked = null)
    {
        if (isReadOnly) return;
        if (looked is not null && Find()?.Block != looked.Block) return;
        Move(path, path + ".refused");
    }

    /// <summary>Reads all of a snapshot.</summary>
    /// <exception cref="SnapshotException">It is not whole and unaltered.</exception>
    public static SnapshotHeader Verify(string file)
    {
        using var handle = Open(file);
        var header = SnapshotFile.ReadHeader(handle);
        foreach (var section in header.Sections) SnapshotFile.Prove(section, SnapshotFile.ReadSection(handle, section));
        return header;
    }

    private static void Load(SafeFileHandle file, SnapshotSection section, IProtocol protocol)
    {
        var bytes = SnapshotFile.ReadSection(file, section);
        // Beside the reading: what is read does not count before it is proven.
        var proof = Task.Run(() => SnapshotFile.Prove(section, bytes));
        try
        {
            var reader = new SnapshotReader(bytes);
            protocol.Load(ref reader);
            reader.RequireEnd();
        }
        catch (SnapshotException error)
        {
            throw new SnapshotException(error.Fault, error.Message) { Protocol = section.Name };
        }
        catch (Exception error) when (error is MirrorException or AbiException or ArithmeticException)
        {
            throw new SnapshotException(SnapshotFault.Damaged, $"The state of {section.Name} contradicts itself: {error.Message}") { Protocol = section.Name };
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            throw new SnapshotException(SnapshotFault.Damaged, $"The state of {section.Name}: {AdapterFault.Tell(section.Name, AdapterCall.Load, error)}") { Protocol = section.Name };
        }
        finally
        {
            proof.GetAwaiter().GetResult();
        }
    }

    private static SafeFileHandle Open(string file)
    {
        try
        {
            return File.OpenHandle(file, options: FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(SnapshotFault.Unreadable, error.Message);
        }
    }

    private static void Move(string from, string to)
    {
        try
        {
            DurableName.Move(from, to, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(SnapshotFault.Unreadable, error.Message);
        }
    }
}
