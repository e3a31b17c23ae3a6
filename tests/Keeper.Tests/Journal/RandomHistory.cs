using Keeper.Core.Journal;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Journal;

/// <summary>Reads bytes as a script of a keeper's life with two keys, so that any bytes give a valid history and shorter ones a simpler.</summary>
internal sealed class RandomHistory
{
    private readonly List<JournalEntry> _entries = [];
    private readonly List<(long Plan, Address Key, ulong Nonce, List<ulong> Hashes)> _open = [];
    private readonly List<(long Plan, ulong Hash)> _over = [];
    private readonly Dictionary<Address, ulong> _next = new() { [Samples.Mine] = 5, [Samples.Foreign] = 90 };
    private ulong _hash;

    public static IReadOnlyList<JournalRecord> From(byte[] script)
    {
        var history = new RandomHistory();
        foreach (var step in script) history.Step(step % 12, step / 12);
        return history._entries.Select((entry, i) => new JournalRecord(i + 1, DateTimeOffset.UnixEpoch, entry)).ToArray();
    }

    private void Step(int action, int choice)
    {
        if (action >= 8)
        {
            _entries.Add(WithoutPlan(action, choice));
            return;
        }
        if (action <= 1 || _open.Count == 0)
        {
            Open(choice % 4 == 0 ? Samples.Foreign : Samples.Mine);
            return;
        }
        var at = choice % _open.Count;
        var (plan, key, nonce, hashes) = _open[at];
        var hash = hashes[choice % hashes.Count];
        switch (action)
        {
            case 2:
                hashes.Add(++_hash);
                _entries.Add(Samples.Signed(plan, nonce, hashes.Count - 1, _hash));
                break;
            case 3: _entries.Add(Samples.Broadcast(plan, hash)); break;
            case 4: _entries.Add(Samples.Mined(plan, hash, 100 + (ulong)choice)); break;
            case 5: Close(at, Samples.Settled(plan, hash)); break;
            case 6:
                Close(at, Samples.Abandoned(plan));
                // The nonce was never used: where nothing above it is open, the next plan takes it again.
                if (_next[key] == nonce + 1) _next[key] = nonce;
                break;
            default:
                if (_over.Count > 0) _entries.Add(Samples.Broadcast(_over[choice % _over.Count].Plan, _over[choice % _over.Count].Hash));
                break;
        }
    }

    /// <summary>What belongs to no plan may stand anywhere between two commits.</summary>
    private JournalEntry WithoutPlan(int action, int choice) => action switch
    {
        8 => Samples.Breaker($"breaker {choice % 3}", isOpen: choice % 2 == 0, isManual: choice % 5 == 0) with { Protocol = choice % 7 < 3 ? "lend" : null },
        9 => Samples.Adopted(_next[choice % 4 == 0 ? Samples.Foreign : Samples.Mine] + (ulong)choice % 3, choice % 4 == 0 ? Samples.Foreign : Samples.Mine),
        10 => Samples.Missed($"refperps:{choice}"),
        _ => new JournalEntry.Unknown("audited", choice % 2 == 0 || _over.Count == 0 ? 0 : _over[choice % _over.Count].Plan),
    };

    private void Open(Address key)
    {
        var nonce = _next[key]++;
        _entries.Add(Samples.Intended(nonce, key));
        _open.Add((_entries.Count, key, nonce, [++_hash]));
        _entries.Add(Samples.Signed(_entries.Count, nonce, 0, _hash));
    }

    private void Close(int at, JournalEntry entry)
    {
        _entries.Add(entry);
        _over.Add((_open[at].Plan, _open[at].Hashes[0]));
        _open.RemoveAt(at);
    }
}
