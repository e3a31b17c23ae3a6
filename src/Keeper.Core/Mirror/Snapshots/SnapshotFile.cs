using System.Buffers.Binary;
using System.Security.Cryptography;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Microsoft.Win32.SafeHandles;

namespace Keeper.Core.Mirror.Snapshots;

/// <summary>
/// The form of a snapshot's file. Front: magic, version. Then the sections. Then the directory, which says what they are with a hash of each.
/// Tail, of fixed length: the directory's length, a hash of front and directory, magic. Every byte is under a hash, and the tail is
/// written last: what was cut or altered anywhere is refused.
/// </summary>
public static class SnapshotFile
{
    public const uint Version = 1;
    private const int FrontBytes = 12, TailBytes = 4 + Hash32.Size + 8;
    private const int MaxDirectory = 1 << 20;

    private static ReadOnlySpan<byte> Magic => "KEEPMIRR"u8;

    /// <summary>Writes all of it to a new file, for its owner alone, and has it on the disk.</summary>
    /// <returns>Whose state is not in it, since their adapters failed at writing it, and why.</returns>
    /// <exception cref="IOException">The disk is full, the path is taken, …</exception>
    public static IReadOnlyList<(string Name, string Reason)> Write(string path, ulong chainId, BlockRef block, DateTimeOffset now, IReadOnlyList<SnapshotPart> parts)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(path, options);
        using var writer = new SnapshotWriter(stream);
        var front = Front();
        stream.Write(front);

        var sections = new List<SnapshotSection>();
        var without = new List<(string, string)>();
        long offset = FrontBytes;
        foreach (var part in parts)
        {
            try
            {
                part.State.Save(writer);
            }
            catch (Exception error) when (error is not (IOException or UnauthorizedAccessException) && AdapterFault.Is(error))
            {
                without.Add((part.Settings.Name, AdapterFault.Tell(part.Settings.Name, AdapterCall.Save, error)));
                writer.Drop();
                stream.SetLength(offset);
                stream.Position = offset;
                continue;
            }
            var length = writer.Length;
            var settings = part.Settings;
            sections.Add(new(SnapshotSection.ProtocolState, settings.Name, settings.Type, settings.Address, settings.FirstBlock, part.StateVersion, (ulong)part.State.AccountCount, offset, length, writer.End()));
            offset += length;
        }

        var directory = Directory(chainId, block, now, sections);
        stream.Write(directory);
        Span<byte> tail = stackalloc byte[TailBytes];
        BinaryPrimitives.WriteInt32LittleEndian(tail, directory.Length);
        SHA256.HashData([.. front, .. directory], tail[4..]);
        Magic.CopyTo(tail[(4 + Hash32.Size)..]);
        stream.Write(tail);
        stream.Flush(flushToDisk: true);
        return without;
    }

    /// <summary>What the file says of itself, proven by its hash; the sections are not read.</summary>
    /// <exception cref="SnapshotException">It is not a snapshot of this version, whole and unaltered.</exception>
    public static SnapshotHeader ReadHeader(SafeFileHandle file) => Guard(() =>
    {
        var length = RandomAccess.GetLength(file);
        if (length < FrontBytes + TailBytes) throw Damaged($"{length} bytes are no snapshot.");
        var front = Bytes(file, 0, FrontBytes);
        if (!front.AsSpan(0, 8).SequenceEqual(Magic)) throw Damaged("It does not begin as a snapshot does.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(front.AsSpan(8)) is var version && version != Version) throw new SnapshotException(SnapshotFault.OtherFormat, $"Its format is version {version}, this keeper reads version {Version}.");
        var tail = Bytes(file, length - TailBytes, TailBytes);
        if (!tail.AsSpan(4 + Hash32.Size).SequenceEqual(Magic)) throw Damaged("It does not end as a snapshot does.");
        var directoryLength = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (directoryLength <= 0 || directoryLength > MaxDirectory || directoryLength > length - FrontBytes - TailBytes) throw Damaged($"A directory of {directoryLength} bytes.");
        var directory = Bytes(file, length - TailBytes - directoryLength, directoryLength);
        if (!SHA256.HashData([.. front, .. directory]).AsSpan().SequenceEqual(tail.AsSpan(4, Hash32.Size))) throw Damaged("Its directory is not what was written.");
        return ReadDirectory(directory, length);
    });

    /// <summary>A section's bytes. They are not proven: see <see cref="Prove"/>.</summary>
    /// <exception cref="SnapshotException">They cannot be read.</exception>
    public static byte[] ReadSection(SafeFileHandle file, SnapshotSection section) => Guard(() => Bytes(file, section.Offset, (int)section.Length));

    /// <exception cref="SnapshotException">The bytes are not what was written.</exception>
    public static void Prove(SnapshotSection section, ReadOnlySpan<byte> bytes)
    {
        if (!SHA256.HashData(bytes).AsSpan().SequenceEqual(section.Hash.ToArray()))
            throw new SnapshotException(SnapshotFault.Damaged, $"The state of {section.Name} is not what was written.") { Protocol = section.Name };
    }

    private static byte[] Front()
    {
        var front = new byte[FrontBytes];
        Magic.CopyTo(front);
        BinaryPrimitives.WriteUInt32LittleEndian(front.AsSpan(8), Version);
        return front;
    }

    private static byte[] Directory(ulong chainId, BlockRef block, DateTimeOffset now, List<SnapshotSection> sections)
    {
        using var bytes = new MemoryStream();
        using var writer = new SnapshotWriter(bytes);
        writer.Number(chainId);
        writer.Number(block.Number);
        writer.Hash(block.Hash);
        writer.Hash(block.ParentHash);
        writer.Number(block.Timestamp);
        writer.Number((ulong)now.ToUnixTimeSeconds());
        writer.Count(sections.Count);
        foreach (var section in sections)
        {
            writer.Byte(section.Kind);
            writer.Text(section.Name);
            writer.Text(section.Type);
            writer.Address(section.Address);
            writer.Number(section.DeployBlock);
            writer.Number(section.StateVersion);
            writer.Number(section.Accounts);
            writer.Number((ulong)section.Length);
            writer.Hash(section.Hash);
        }
        writer.End();
        return bytes.ToArray();
    }

    private static SnapshotHeader ReadDirectory(byte[] directory, long fileLength)
    {
        var reader = new SnapshotReader(directory);
        var chainId = reader.Number();
        var (number, hash, parent, timestamp) = (reader.Number(), reader.Hash(), reader.Hash(), reader.Number());
        var written = reader.Number();
        if (written > (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()) throw Damaged("It was written at no time.");
        var sections = new SnapshotSection[reader.Count(bytesEach: 59)];
        long offset = FrontBytes;
        for (var i = 0; i < sections.Length; i++)
        {
            var (kind, name, type, address, deployBlock, version, accounts) = (reader.Byte(), reader.Text(), reader.Text(), reader.Address(), reader.Number(), reader.Number(), reader.Number());
            var length = reader.Number();
            if (length > int.MaxValue - 64 || (long)length > fileLength - offset) throw Damaged($"A section of {length} bytes.");
            sections[i] = new(kind, name, type, address, deployBlock, version, accounts, offset, (long)length, reader.Hash());
            offset += (long)length;
        }
        reader.RequireEnd();
        if (offset != fileLength - directory.Length - TailBytes) throw Damaged("Its sections do not fill it.");
        return new(chainId, new(number, hash, parent, timestamp), DateTimeOffset.FromUnixTimeSeconds((long)written), sections, fileLength);
    }

    private static byte[] Bytes(SafeFileHandle file, long offset, int length)
    {
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        for (var done = 0; done < length;)
        {
            var read = RandomAccess.Read(file, bytes.AsSpan(done), offset + done);
            if (read == 0) throw Damaged("It became shorter while it was read.");
            done += read;
        }
        return bytes;
    }

    private static T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new SnapshotException(SnapshotFault.Unreadable, error.Message);
        }
    }

    private static SnapshotException Damaged(string what) => new(SnapshotFault.Damaged, what);
}
