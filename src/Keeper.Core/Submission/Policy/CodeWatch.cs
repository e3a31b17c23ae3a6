using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>
/// Reads the pinned code at the heads, beside the decisions: nothing waits for it but the start. One round at a time. The
/// sender's task owns it.
/// </summary>
internal sealed class CodeWatch(IChainClient chain, CodeHasher hash, IReadOnlyList<CodePin> pins)
{
    private readonly CodeReader _reader = new(chain, hash);
    private readonly Dictionary<Address, CodeFound> _trusted = [];
    private IReadOnlyDictionary<Address, CodeFound> _last = new Dictionary<Address, CodeFound>();
    private Task<(BlockRef At, IReadOnlyDictionary<Address, CodeFound> Found)>? _running;

    public ProvenCode Proven { get; private set; } = ProvenCode.None;

    /// <summary>What was wrong at the last reading, each with the protocol that it concerns, null for all; empty where nothing was.</summary>
    public IReadOnlyList<(string? Protocol, string Reason)> Wrong { get; private set; } = [];

    /// <summary>What is wrong is so by the configuration's own pins, which no operator's command changes.</summary>
    public bool IsAgainstPins => pins.Any(pin => _last.TryGetValue(pin.Address, out var found) && CodeRules.Judge(pin, null, found) is not null);

    /// <summary>Starts a round at this block, unless one is under way.</summary>
    public void Begin(BlockRef at, CancellationToken cancellation) => _running ??= ReadAsync(at, cancellation);

    /// <summary>Takes the last round if it has come back; the gate judges how old that is.</summary>
    public async ValueTask ApplyAsync()
    {
        if (_running is not { IsCompleted: true } completed) return;
        _running = null;
        try
        {
            var (at, found) = await completed.ConfigureAwait(false);
            Judge(at, found);
        }
        catch (ChainException)
        {
            // The last reading stands until it is too old for the gate.
        }
    }

    /// <summary>A round that is waited for, at start. Where it fails the gate refuses until one succeeds.</summary>
    public async Task ReadNowAsync(BlockRef at, CancellationToken cancellation)
    {
        Begin(at, cancellation);
        if (_running is { } running) await Task.WhenAny(running).ConfigureAwait(false);
        await ApplyAsync().ConfigureAwait(false);
    }

    /// <summary>An operator has looked: what no configuration pins is trusted as it is now.</summary>
    public void Trust()
    {
        foreach (var (address, found) in _last) _trusted[address] = found;
        Judge(Proven.BlockNumber, _last);
    }

    private void Judge(BlockRef at, IReadOnlyDictionary<Address, CodeFound> found)
    {
        _last = found;
        foreach (var (address, first) in found) _trusted.TryAdd(address, first);
        Judge(at.Number, found);
    }

    private void Judge(ulong number, IReadOnlyDictionary<Address, CodeFound> found)
    {
        var judged = pins.Where(pin => found.ContainsKey(pin.Address)).Select(pin => (Pin: pin, Wrong: CodeRules.Judge(pin, _trusted[pin.Address], found[pin.Address]))).ToArray();
        Wrong = [.. judged.Where(entry => entry.Wrong is not null).Select(entry => (entry.Pin.Protocol, entry.Wrong!))];
        var wrong = judged.Where(entry => entry.Wrong is not null).Select(entry => entry.Pin.Address).ToHashSet();
        Proven = new(number, found.Keys.Where(address => !wrong.Contains(address)).ToHashSet());
    }

    private async Task<(BlockRef, IReadOnlyDictionary<Address, CodeFound>)> ReadAsync(BlockRef at, CancellationToken cancellation)
    {
        var found = await _reader.ReadAsync([.. pins.Select(pin => pin.Address)], BlockId.At(at), cancellation).ConfigureAwait(false);
        return (at, found);
    }
}
