using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Host.Control;
using Keeper.Journal.Sqlite;

namespace Keeper.Host.Keys;

/// <summary>Has a keeper at work take nothing new for its key, and waits until nothing is in flight. Where none is at work there is nobody to ask.</summary>
internal sealed class Drain(KeeperOptions options, TimeSpan wait, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    /// <returns>Why the keeper may still send for that key; null where it does not.</returns>
    public async Task<string?> RunAsync(Address key, CancellationToken cancellation)
    {
        if (!SqliteJournal.IsBeingWritten(options.Journal.Path)) return null;
        var began = time.GetTimestamp();
        while (true)
        {
            var slots = await AskAsync(key, cancellation);
            if (slots == 0) return null;
            if (time.GetElapsedTime(began) >= wait) return $"the keeper drains, and has {slots} transactions in flight";
            await Task.Delay(Between, time, cancellation);
        }
    }

    /// <returns>How many of the key's transactions are in flight.</returns>
    private async Task<int> AskAsync(Address key, CancellationToken cancellation)
    {
        try
        {
            // A keeper of another key is left alone: it says nothing of this one.
            if (Address.Parse((await AskAsync("status")).GetProperty("key").GetString()!) != key) return 0;
            return (await AskAsync("drain")).GetProperty("slots").GetArrayLength();
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Refused();
        }

        async Task<System.Text.Json.JsonElement> AskAsync(string verb)
        {
            var answer = await ControlClient.AskAsync(options.Control.Socket, ControlJson.Request(verb), cancellation);
            return answer.GetProperty("ok").GetBoolean() ? answer.GetProperty("status") : throw Refused();
        }
    }

    private StartupException Refused() =>
        new(ExitCode.Environment, "control.socket", $"is {options.Control.Socket}, where the keeper does not drain", "a keeper of this version; or stop it, and run this again");
}
