using Keeper.Core.Audit;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Telemetry;

namespace Keeper.Core;

/// <summary>
/// What every block must be asked for because no log tells it: tips, what a rollup charges for data, the native coin's price, the protocols' own polls, where they do not decide
/// (<see cref="DecidingPoll"/>); and the questions of the audit. It runs beside the decisions and is applied before the next event, so that no decision waits for it.
/// </summary>
/// <param name="isBusy">Whether bids are under way, for which tips must be those of the newest blocks.</param>
internal sealed class BlockPoll(IChainClient chain, ChainProfile profile, GasMarketReader gas, MirrorAudit audit, Func<bool> isBusy)
{
    private const uint LatestRoundData = 0xfeaf968c;
    private const uint Decimals = 0x313ce567;

    /// <summary>Blocks from one look at the tips to the next while nothing is bid: they are medians over twice as many.</summary>
    private const ulong QuietBlocks = 6;

    private (Round Round, Task<IReadOnlyList<CallResult>> Answers)? _running;
    private int? _decimals;
    private ulong _pricedAt;
    private ulong? _tipsAt;

    /// <summary>The last price read; the profile's worst case before the first.</summary>
    public NativeCoinPrice CoinPrice { get; private set; } = NativeCoinPrice.WorstCase(profile);

    /// <summary>Starts a round at the mirror's block, unless one is under way.</summary>
    public void Begin(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        if (_running is { Answers.IsCompleted: false }) return;
        var polls = mirror.Trusted.Where(protocol => protocol.Fidelity == ProtocolFidelity.EventExact).ToArray()
            .SelectMany(protocol => PollsOf(mirror, protocol).Select(read => (protocol, read))).ToArray();
        List<CallRequest> price = profile.NativePriceFeed is { } feed ? [new(feed, new AbiWriter().ToCall(LatestRoundData))] : [];
        if (price.Count > 0 && _decimals is null) price.Add(new(price[0].To, new AbiWriter().ToCall(Decimals)));
        var round = new Round(mirror.Head, polls, price, chain.CanSpare(RequestPurpose.Audit) ? audit.Ask(mirror) : []);
        _running = (round, AskAsync(round, cancellation));
    }

    /// <summary>Applies the last round if it has come back. What failed is asked again with the next block.</summary>
    public async Task ApplyAsync(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // On top of a hint it would be undone with it; the block is close behind.
        if (mirror.HintBlock is not null || _running is not ({ } round, { IsCompleted: true } completed)) return;
        _running = null;
        try
        {
            var answers = await completed.ConfigureAwait(false);
            // What was said of a block that has left the chain is said of nothing.
            for (var i = 0; i < round.Polls.Count && mirror.Has(round.At.Hash, round.At.Number); i++) Apply(mirror, round.Polls[i].Protocol, round.Polls[i].Read, answers[i]);
            var after = round.Polls.Count + gas.FeeReads.Count;
            gas.TakeFees([.. answers.Skip(round.Polls.Count).Take(gas.FeeReads.Count)]);
            if (round.Price.Count > 0) CoinPrice = PriceOf(answers, after, round.Price.Count, round.At.Timestamp);
            // Last, since it compares with what was just applied.
            await audit.JudgeAsync(round.Audit, answers.Skip(after + round.Price.Count), mirror, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is ChainException or AbiException)
        {
            // Old values stay; the age limit of the native coin's feed, below, bounds what that can do.
            if (round.Audit.Count > 0) audit.Failed();
        }
        if (mirror.Head.Timestamp > _pricedAt + (ulong)profile.NativePriceMaxAge.TotalSeconds) CoinPrice = NativeCoinPrice.WorstCase(profile);
        LoopInstruments.Coin(CoinPrice);
    }

    /// <summary>A round that is waited for, at start.</summary>
    public async Task RefreshAsync(Mirror.Mirror mirror, CancellationToken cancellation)
    {
        // A round of another mirror says nothing to this one.
        _running = null;
        Begin(mirror, cancellation);
        if (_running is (_, var answers)) await Task.WhenAny(answers).ConfigureAwait(false);
        await ApplyAsync(mirror, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<CallResult>> AskAsync(Round round, CancellationToken cancellation)
    {
        CallRequest[] calls = [.. round.Polls.Select(poll => poll.Read.Call), .. gas.FeeReads, .. round.Price, .. round.Audit.SelectMany(question => question.Reads).Select(read => read.Call)];
        var tips = TipsAsync(round.At, cancellation);
        IReadOnlyList<CallResult> answers = calls.Length == 0 ? [] : await chain.CallAsync(calls, BlockId.At(round.At), cancellation).ConfigureAwait(false);
        // Without new tips the last ones stand.
        await tips.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return answers;
    }

    private async Task TipsAsync(BlockRef at, CancellationToken cancellation)
    {
        if (!isBusy() && _tipsAt is { } last && at.Number >= last && at.Number < last + QuietBlocks) return;
        await gas.RefreshAsync(cancellation).ConfigureAwait(false);
        _tipsAt = at.Number;
    }

    public static IReadOnlyList<StateRead> PollsOf(Mirror.Mirror mirror, IProtocol protocol) => AdapterFault.Run(protocol, AdapterCall.PollReads, () => AdapterFault.Whole(protocol.PollReads()), fault =>
    {
        mirror.Distrust(protocol, fault);
        return [];
    });

    /// <summary>One contract that answers nonsense, or one adapter that fails at an answer, must not hide what the others say.</summary>
    public static void Apply(Mirror.Mirror mirror, IProtocol protocol, StateRead read, CallResult result)
    {
        try
        {
            if (result is CallResult.Returned(var data)) read.Apply(data);
            else if (result is CallResult.Reverted) read.Reverted?.Invoke();
            else read.Refused?.Invoke();
        }
        catch (AbiException)
        {
            // The old value stays.
        }
        catch (Exception error) when (AdapterFault.Is(error))
        {
            mirror.Distrust(protocol, $"{read.What}: {AdapterFault.Tell(protocol.Settings.Name, AdapterCall.PollReads, error)}");
        }
    }

    /// <param name="count">How many answers, from the index on, are of the feed.</param>
    private NativeCoinPrice PriceOf(IReadOnlyList<CallResult> results, int index, int count, ulong timestamp)
    {
        _pricedAt = timestamp;
        try
        {
            if (count > 1 && results[index + 1] is CallResult.Returned(var answer))
            {
                var decimals = new AbiReader(answer.Span).ReadByte();
                if (decimals <= 18) _decimals = decimals;
            }
            if (_decimals is { } known && results[index] is CallResult.Returned(var round)) return NativeCoinPrice.FromRound(round, known, timestamp, profile);
        }
        catch (AbiException)
        {
            // A feed that answers nonsense must not hide what was asked beside it.
        }
        return NativeCoinPrice.WorstCase(profile);
    }

    /// <summary>What one block is asked: all in one request, in this order, what a rollup charges for data after the polls.</summary>
    private sealed record Round(BlockRef At, IReadOnlyList<(IProtocol Protocol, StateRead Read)> Polls, IReadOnlyList<CallRequest> Price, IReadOnlyList<AuditQuestion> Audit);
}
