using System.Buffers;
using Keeper.Core.Journal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Keeper.Journal.Sqlite;

/// <summary>
/// The journal in one SQLite file with a write-ahead log. An append runs on its caller's thread, since a hop to another would
/// cost a good part of the commit; a read has a connection and a snapshot of its own and does not hold appends up.
/// Safe for concurrent use.
/// </summary>
public sealed partial class SqliteJournal : IJournal
{
    private readonly SqliteJournalOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WriterLock? _lock;
    private readonly SqliteConnection _connection;
    private readonly AppendStatements _statements;
    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private readonly SemaphoreSlim _oneWriter = new(1, 1);
    private byte[] _lastCheck;
    private long _lastSequence;
    private bool _failed;
    private bool _disposed;

    private SqliteJournal(SqliteJournalOptions options, TimeProvider time, ILogger logger, WriterLock? held, SqliteConnection connection, FileFormat format)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _lock = held;
        _connection = connection;
        Format = format;
        _statements = new AppendStatements(connection);
        (_lastSequence, _lastCheck) = ReadLast(connection, options.Path);
    }

    /// <summary>As of the last append; of a read-only journal, as of opening.</summary>
    public long LastSequence => Volatile.Read(ref _lastSequence);

    public async ValueTask<long> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellation)
    {
        await _oneWriter.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_lock is null) throw new JournalException($"The journal {_options.Path} was opened for reading only.");
            if (_failed) throw new JournalException($"A commit to the journal {_options.Path} failed before: it is written again only when it has been opened anew.");
            return Append(Commit.Resolve(entries, _lastSequence + 1));
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _oneWriter.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_disposed) return;
            _disposed = true;
            _statements.Dispose();
            await _connection.DisposeAsync().ConfigureAwait(false);
            // Last, so that nobody opens the file while the write-ahead log is still being folded into it.
            _lock?.Dispose();
        }
        finally
        {
            _oneWriter.Release();
        }
    }

    private long Append(JournalEntry[] entries)
    {
        var first = _lastSequence + 1;
        var check = _lastCheck;
        var committing = false;
        try
        {
            _statements.Begin();
            var writtenAt = _time.GetUtcNow().ToUnixTimeMilliseconds();
            for (var i = 0; i < entries.Length; i++) check = Insert(first + i, writtenAt, entries[i], check);
            committing = true;
            _statements.Commit();
        }
        catch (Exception exception)
        {
            RollBack(exception, committing);
            if (exception is not SqliteException) throw;
            throw new JournalException($"Nothing was written to the journal {_options.Path}: {exception.Message}", exception);
        }
        _lastCheck = check;
        Volatile.Write(ref _lastSequence, first + entries.Length - 1);
        _lock!.Acknowledge(_lastSequence);
        return first;
    }

    private byte[] Insert(long sequence, long writtenAt, JournalEntry entry, byte[] previous)
    {
        var (kind, plan) = (JournalJson.Kind(entry), entry.PlanAt(sequence));
        _body.ResetWrittenCount();
        JournalJson.Write(entry, _body);
        var check = RecordChain.Next(previous, sequence, writtenAt, plan, kind, _body.WrittenSpan);
        _statements.Insert(sequence, writtenAt, kind, plan, _body.WrittenSpan, check);
        return check;
    }

    private void RollBack(Exception cause, bool committing)
    {
        try
        {
            _statements.RollBack();
            // A busy or full database refuses a commit whole. After any other failure of the disk the commit may or may not be
            // found at the next opening, and going on could sign the same nonce twice.
            _failed = committing && cause is not SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_FULL };
        }
        catch (SqliteException)
        {
            _failed = true;
        }
        if (_failed) Log.Failed(_logger, _options.Path, cause);
    }
}
