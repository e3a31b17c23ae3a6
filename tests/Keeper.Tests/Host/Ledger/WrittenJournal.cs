using Keeper.Core.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Journal;
using Keeper.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Keeper.Tests.Host.Ledger;

/// <summary>A journal that the real one wrote, one commit a minute, for the command line to look at.</summary>
internal sealed class WrittenJournal : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly TemporaryDirectory _directory = new();
    private readonly SettableTime _time = new();

    public string Path => _directory.File("keeper.db");

    public TemporaryDirectory Directory => _directory;

    public string In(string name) => _directory.File(name);

    public Task<SqliteJournal> OpenAsync() => SqliteJournal.OpenAsync(new() { Path = Path, Synchronous = SqliteSynchronous.Normal }, _time);

    public async Task WriteAsync(params JournalEntry[][] commits)
    {
        await using var journal = await OpenAsync();
        foreach (var commit in commits)
        {
            await journal.AppendAsync(commit, default);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    public Task<Cli> RunAsync(string verb, params string[] args) => Cli.RunAsync(Nothing, "", ["journal", verb, "--path", Path, .. args]);

    /// <summary>Changes the closed file behind the journal's back.</summary>
    public void Damage(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        connection.Run("DROP TRIGGER IF EXISTS record_is_not_deleted; DROP TRIGGER IF EXISTS record_is_not_updated");
        connection.Run(sql);
    }

    public void Dispose() => _directory.Dispose();
}
