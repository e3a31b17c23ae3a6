using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;

namespace Keeper.Core;

/// <summary>
/// What every block must be asked for because no log tells it: tips, what a rollup charges for data, the native coin's price, the protocols' own polls. It runs
/// beside the decisions and is applied before the next event, so that no decision waits for it.
/// </summary>
internal sealed class BlockPoll(IChainClient chain, ChainProfile profile, GasMarketReader gas)
{
    private const uint LatestRoundData = 0xfeaf968c;
    private const uint Decimals = 0x313ce567;

    private Task<(IReadOnlyList<StateRead> Reads, IReadOnlyList<CallResult> Results, ulong Timestamp)>? _running;
    private int? _decimals;
    private ulong _pricedAt;

    /// <summary>The last price read; the profile's worst case before the first.</summary>
    public NativeCoinPrice CoinPrice { get; private set; } = NativeCoinPrice.WorstCase(profile);

    /// <summary>Starts a round at the mirror's block, unless one is under way.</summary>
    public void Begin(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        if (_running is { IsCompleted: false }) return;
        var reads = mirror.Protocols.Where(protocol => mirror.FaultOf(protocol) is null).SelectMany(protocol => protocol.PollReads()).ToArray();
        _running = AskAsync(reads, mirror.Head, cancellation);
    }

    /// <summary>Applies the last round if it has come back. What failed is asked again with the next block.</summary>
    public async Task ApplyAsync(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // On top of a hint it would be undone with it; the block is close behind.
        if (mirror.HintBlock is not null || _running is not { IsCompleted: true } completed) return;
        _running = null;
        try
        {
            var (reads, results, timestamp) = await completed.ConfigureAwait(false);
            for (var i = 0; i < reads.Count; i++) Apply(reads[i], results[i]);
            var priced = reads.Count + gas.FeeReads.Count;
            gas.TakeFees([.. results.Skip(reads.Count).Take(gas.FeeReads.Count)]);
            if (results.Count > priced) ApplyPrice(results, priced, timestamp);
        }
        catch (Exception error) when (error is ChainException or AbiException)
        {
            // Old values stay; the age limit of the native coin's feed, below, bounds what that can do.
        }
        if (mirror.Head.Timestamp > _pricedAt + (ulong)profile.NativePriceMaxAge.TotalSeconds) CoinPrice = NativeCoinPrice.WorstCase(profile);
        LoopInstruments.Coin(CoinPrice);
    }

    /// <summary>A round that is waited for, at start.</summary>
    public async Task RefreshAsync(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        Begin(mirror, cancellation);
        if (_running is { } running) await Task.WhenAny(running).ConfigureAwait(false);
        await ApplyAsync(mirror, cancellation).ConfigureAwait(false);
    }

    private async Task<(IReadOnlyList<StateRead>, IReadOnlyList<CallResult>, ulong)> AskAsync(IReadOnlyList<StateRead> reads, BlockRef at, CancellationToken cancellation)
    {
        var calls = reads.Select(read => read.Call).Concat(gas.FeeReads).ToList();
        if (profile.NativePriceFeed is { } feed)
        {
            calls.Add(new CallRequest(feed, new AbiWriter().ToCall(LatestRoundData)));
            if (_decimals is null) calls.Add(new CallRequest(feed, new AbiWriter().ToCall(Decimals)));
        }
        var fees = gas.RefreshAsync(cancellation);
        IReadOnlyList<CallResult> results = calls.Count == 0 ? [] : await chain.CallAsync(calls, BlockId.At(at), cancellation).ConfigureAwait(false);
        // Without new tips the last ones stand.
        await fees.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (reads, results, at.Timestamp);
    }

    /// <summary>One contract that answers nonsense must not hide what the others say.</summary>
    private static void Apply(StateRead read, CallResult result)
    {
        if (result is CallResult.Reverted) read.Reverted?.Invoke();
        if (result is not CallResult.Returned(var data)) return;
        try
        {
            read.Apply(data);
        }
        catch (AbiException)
        {
            // The old value stays.
        }
    }

    private void ApplyPrice(IReadOnlyList<CallResult> results, int index, ulong timestamp)
    {
        if (results.Count > index + 1 && results[index + 1] is CallResult.Returned(var answer))
        {
            var decimals = new AbiReader(answer.Span).ReadByte();
            if (decimals <= 18) _decimals = decimals;
        }
        CoinPrice = _decimals is { } known && results[index] is CallResult.Returned(var round)
            ? NativeCoinPrice.FromRound(round, known, timestamp, profile)
            : NativeCoinPrice.WorstCase(profile);
        _pricedAt = timestamp;
    }
}
