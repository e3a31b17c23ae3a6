using System.Globalization;
using System.Text;
using Keeper.Core.Journal;

namespace Keeper.Journal.Sqlite;

/// <summary>
/// Keeps a second writer out, by an advisory lock (flock) on a file beside the database: the kernel lets it go when the process
/// ends, however it ends. A second file, which others may read meanwhile, says who writes and the highest sequence number that
/// was acknowledged: the database drops a damaged tail of its write-ahead log without a word, and only this number tells.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private const int PidWidth = 10, SequenceWidth = 20;
    private readonly FileStream _lock, _writer;

    private WriterLock(FileStream held, FileStream writer)
    {
        (_lock, _writer) = (held, writer);
        Acknowledged = ReadNumber(writer, PidWidth + 1, SequenceWidth) ?? 0;
        WriteNumber(0, PidWidth, Environment.ProcessId);
    }

    /// <summary>The highest sequence number that a writer before this one acknowledged, as far as the file knows.</summary>
    public long Acknowledged { get; }

    /// <summary>Deleting this file accepts the loss of what it says was acknowledged.</summary>
    public static string WriterFile(string database) => database + ".writer";

    public static WriterLock Take(string database)
    {
        FileStream? held = null;
        try
        {
            held = new FileStream(database + ".lock", PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return new(held, new FileStream(WriterFile(database), PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)));
        }
        catch (IOException exception) when (held is null && IsSharingViolation(exception))
        {
            throw new JournalException($"The journal {database} is in use by another keeper ({Holder(database)}): one process writes a journal, so stop the other or give this one a path of its own.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new JournalException($"The journal {database} cannot be locked: {exception.Message}", exception);
        }
    }

    /// <summary>Whether somebody has it. Taken for a moment where nobody has: the system tells it in no other way.</summary>
    public static bool IsHeld(string database)
    {
        try
        {
            using var taken = new FileStream(database + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary><see cref="Acknowledged"/>, told to a reader, who takes no lock; 0 where no file says it.</summary>
    public static long ReadAcknowledged(string database)
    {
        try
        {
            using var writer = new FileStream(WriterFile(database), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            // The writer may be in the middle of the number: it only ever grows, so that the smaller of two readings is not too high.
            return Math.Min(ReadNumber(writer, PidWidth + 1, SequenceWidth) ?? 0, ReadNumber(writer, PidWidth + 1, SequenceWidth) ?? 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Not waited for on the disk, and no reason to fail: it is to tell of damage, and an older number only tells of less.</summary>
    public void Acknowledge(long sequence)
    {
        try
        {
            WriteNumber(PidWidth + 1, SequenceWidth, sequence);
        }
        catch (IOException)
        {
            // The record itself is on the disk.
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _lock.Dispose();
    }

    private void WriteNumber(long offset, int width, long number)
    {
        Span<byte> text = stackalloc byte[width + 1];
        text.Fill((byte)' ');
        number.TryFormat(text, out _, provider: CultureInfo.InvariantCulture);
        text[width] = (byte)'\n';
        RandomAccess.Write(_writer.SafeFileHandle, text, offset);
    }

    private static long? ReadNumber(FileStream file, long offset, int width)
    {
        Span<byte> text = stackalloc byte[width];
        var read = RandomAccess.Read(file.SafeFileHandle, text, offset);
        return long.TryParse(Encoding.ASCII.GetString(text[..read]).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // EWOULDBLOCK on Linux and macOS, ERROR_SHARING_VIOLATION on Windows: the runtime gives it no exception type of its own.
    private static bool IsSharingViolation(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string Holder(string database)
    {
        try
        {
            using var writer = new FileStream(WriterFile(database), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return ReadNumber(writer, 0, PidWidth) is { } pid ? $"process {pid}" : "an unknown process";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "an unknown process";
        }
    }
}
