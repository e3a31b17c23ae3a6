using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// Words that no log tells: asked for in every block, and as old as the last answer. Where polls decide it is of the block that is decided on, elsewhere of the one before. A view that reverts, or that the
/// node does not run to its end, is unknown, as it is to the contract that calls it.
/// </summary>
internal sealed class PolledBook(UndoLog undo, OracleRevisions revisions)
{
    private readonly Table<PolledKey, PolledRow> _words = new(undo);

    public ref readonly PolledRow this[int word] => ref _words[word];

    /// <returns>Its row.</returns>
    public int Follow(PolledKey key) => _words.TryFind(key, out var word) ? word : _words.Put(key, new() { Revision = revisions.Next(changesShape: false) });

    public void AddMissing(List<StateRead> reads)
    {
        for (var word = 0; word < _words.Count; word++) if (!_words[word].IsAsked) reads.Add(Read(_words.KeyAt(word)));
    }

    public void AddPolls(List<StateRead> reads)
    {
        for (var word = 0; word < _words.Count; word++) reads.Add(Read(_words.KeyAt(word)));
    }

    private StateRead Read(PolledKey key) => new(
        $"view {key.Selector:x8} of {key.Target}", key.ToCall(),
        answer => Set(key, Decoding.FirstWord(answer)),
        () => Set(key, null)) { Refused = () => Set(key, null) };

    private void Set(PolledKey key, UInt256? told)
    {
        var (known, value) = (told is not null, told ?? default);
        if (!_words.TryFind(key, out var word) || (_words[word].Known == known && _words[word].Word == value && _words[word].IsAsked)) return;
        _words.Set(word, new(revisions.Next(changesShape: false), known, value, IsAsked: true));
    }
}
