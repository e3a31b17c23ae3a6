using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// Words that no log tells: asked for in every block, and as old as the last answer, which each knows (<see cref="PolledRow.AsOf"/>). Where polls decide it is of the block that is decided on, or of one
/// a few blocks before where answers take longer than blocks; elsewhere of the one before. An older answer never takes the place of a newer one, and what is too old
/// (<see cref="AsOf.IsTooOldAt"/>) is not judged by until somebody answers. A view that reverts is unknown, as it is to the
/// contract that calls it. One that a node does not run to its end keeps its word until that is too old: the trouble may be the node's own.
/// </summary>
internal sealed class PolledBook(UndoLog undo, OracleRevisions revisions, PollClock clock)
{
    private readonly Table<PolledKey, PolledRow> _words = new(undo);

    public ref readonly PolledRow this[int word] => ref _words[word];

    /// <returns>Its row.</returns>
    public int Follow(PolledKey key) => _words.TryFind(key, out var word) ? word : _words.Put(key, new() { Revision = revisions.Next(changesShape: false) });

    /// <summary>The clock shows another block: words age. Those that were read before any block was told are as of the first.</summary>
    public void Age()
    {
        for (var word = 0; word < _words.Count; word++)
        {
            var row = _words[word];
            if (!row.IsUsable) continue;
            if (row.AsOf == default) _words.Set(word, row with { AsOf = clock.Now });
            else if (row.AsOf.IsTooOldAt(clock.Now)) _words.Set(word, row with { Revision = revisions.Next(changesShape: false), IsOld = true });
        }
    }

    /// <summary>What is merely old is not missing: the polls ask for it, and no other protocol waits for the answer.</summary>
    public void AddMissing(List<StateRead> reads)
    {
        for (var word = 0; word < _words.Count; word++) if (!_words[word].IsAsked) reads.Add(Read(_words.KeyAt(word)));
    }

    public void AddPolls(List<StateRead> reads)
    {
        for (var word = 0; word < _words.Count; word++) reads.Add(Read(_words.KeyAt(word)));
    }

    private StateRead Read(PolledKey key)
    {
        var asOf = clock.Now;
        return new(
            $"view {key.Selector:x8} of {key.Target}", key.ToCall(),
            answer => Set(key, asOf, Decoding.FirstWord(answer)),
            () => Set(key, asOf, null)) { Refused = () => Refuse(key, asOf) };
    }

    /// <summary>The node's trouble may be its own, and the next one may answer: what was known stays so until it is too old.</summary>
    private void Refuse(PolledKey key, AsOf asOf)
    {
        if (!_words.TryFind(key, out var word) || !_words[word].Known) Set(key, asOf, null);
    }

    private void Set(PolledKey key, AsOf asOf, UInt256? told)
    {
        if (!_words.TryFind(key, out var word) || _words[word].AsOf.Number > asOf.Number) return;
        var row = _words[word];
        var (known, value, isOld) = (told is not null, told ?? default, asOf.IsTooOldAt(clock.Now));
        var isSame = row.Known == known && row.Word == value && row.IsOld == isOld;
        if (!isSame || row.AsOf != asOf || !row.IsAsked) _words.Set(word, new(isSame ? row.Revision : revisions.Next(changesShape: false), known, value, asOf, isOld, IsAsked: true));
    }
}
