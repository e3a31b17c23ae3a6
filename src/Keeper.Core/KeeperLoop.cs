using Keeper.Core.Audit;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Keeper.Core;

/// <summary>
/// The seven hops, in order: 1. the chain tells an event; 2. the mirror applies it; 3. the margin cycle judges every account;
/// 4. the planner keeps what pays; 5. to 7. the sender journals, sends and settles. One task runs hops 1 to 4 and owns the
/// mirror; the sender's own task runs the rest.
/// </summary>
/// <param name="jitter">Spreads the pauses between attempts, so that keepers beside each other do not ask together.</param>
/// <param name="pool">Where price updates are seen before a block has them; null where they are not acted on.</param>
public sealed partial class KeeperLoop(
    IChainClient chain,
    MirrorBuilder builder,
    Checkpoints checkpoints,
    MarginCycle cycle,
    Planner planner,
    Sender sender,
    GasMarketReader gas,
    ChainProfile profile,
    Readiness readiness,
    SkipReport skipReport,
    TimeProvider time,
    ILogger<KeeperLoop> logger,
    AuditOptions? audit = null,
    IPendingPool? pool = null,
    Random? jitter = null)
{
    /// <summary>Its name in <see cref="Readiness"/>.</summary>
    public const string Component = "mirror";

    /// <summary>Events that are applied before one decision must be taken, however many have arrived.</summary>
    private const int MaxMerged = 256;

    /// <summary>How long until a decision that was refused for a doubt is tried again.</summary>
    private static readonly TimeSpan DoubtedFor = TimeSpan.FromMilliseconds(250);

    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly Repair _repair = new(builder, checkpoints.Options, time, logger);
    private readonly OracleWatch _oracles = new(logger);
    private readonly BlockPoll _poll = new(
        chain.For(RequestPurpose.Follow), profile, gas, new MirrorAudit(chain, cycle.Nearest, audit ?? new(), readiness, reason => sender.Trip(Breaker.MirrorDrift, reason), logger), () => sender.SlotCount > 0);

    private readonly DecidingPoll _deciding = new(chain.For(RequestPurpose.Follow), time);
    private readonly IChainClient _following = chain.For(RequestPurpose.Follow);

    /// <summary>Completes when the pool has told something; never where there is none.</summary>
    private Task _heard = Heard(pool);

    /// <summary>Nothing is decided on the state of an earlier block.</summary>
    private ulong _decidesFrom;

    /// <summary>Runs until cancelled. A mirror that can't follow the chain any more is built anew, however long the chain can't be asked.</summary>
    /// <exception cref="ChainException">What the journal left open can't be taken up, at start; or the chain can't be followed by any endpoint.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        readiness.Expect(Component, TimeSpan.FromSeconds(Math.Max(30, 10 * profile.BlockTime.TotalSeconds)));
        var (sending, listening) = (Task.CompletedTask, Task.CompletedTask);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            for (Mirror.Mirror? last = null; ;)
            {
                // What made it necessary, or came while it was built, may have been a reorg that nobody told.
                if (last is not null) sender.OnReorg(0);
                // One that was built beside the last may be of an older block: what was dealt with since would be dealt with twice.
                _decidesFrom = _repair.IsReady ? last!.Head.Number : 0;
                var (mirror, header) = _repair.IsReady ? await _repair.TakeAsync().ConfigureAwait(false) : await BuildAsync(last, stop.Token).ConfigureAwait(false);
                var course = new Course(mirror, gas.After(header.BaseFeePerGas, header.GasLimit));
                await _poll.RefreshAsync(mirror, stop.Token).ConfigureAwait(false);
                if (last is null)
                {
                    await sender.RecoverAsync(HeadOf(mirror, course.Market), stop.Token, mirror.TakeLiquidations()).ConfigureAwait(false);
                    sending = sender.RunAsync(stop.Token);
                    if (pool is not null) listening = pool.RunAsync(stop.Token);
                }
                else sender.OnHistory(mirror.TakeLiquidations(), last.Head.Number);
                last = mirror;
                checkpoints.Begin();
                Decide(course, time.GetTimestamp());
                LoopLog.Following(logger, mirror.Head, mirror.Protocols.Sum(protocol => protocol.AccountCount));
                var following = FollowAsync(course, stop.Token);
                // None may end: when one does, its exception is the keeper's.
                await await Task.WhenAny(pool is null ? [following, sending] : [following, sending, listening]).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _repair.DisposeAsync().ConfigureAwait(false);
            _deciding.Dispose();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when the mirror must be built anew.</summary>
    private async Task FollowAsync(Course course, CancellationToken cancellation)
    {
        try
        {
            while (!_repair.IsReady) await FollowLogsAsync(course, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is MirrorException or ChainException { Fault: ChainFault.UnknownBlock })
        {
            LoseTrack(course.Mirror, error);
        }
    }

    /// <summary>Follows until other logs are wanted, or a better mirror is there.</summary>
    private async Task FollowLogsAsync(Course course, CancellationToken cancellation)
    {
        var mirror = course.Mirror;
        var (filter, hints) = (mirror.Filter, mirror.Hints);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var events = chain.FollowAsync(new(mirror.Head, mirror.Ancestors, filter, hints, HeldBack), stop.Token).GetAsyncEnumerator(stop.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            // When the first event arrived that no decision has seen yet.
            long? undecidedSince = null;
            course.Released = sender.WhenReleased;
            if (course.IsWhole) _deciding.Begin(mirror, cancellation);
            for (var merged = 0; ; merged++)
            {
                await AttendAsync(course, next, cancellation).ConfigureAwait(false);
                if (!await next.ConfigureAwait(false)) return;

                // 1. The chain has told an event.
                var arrived = time.GetTimestamp();

                // 2. The mirror applies it.
                if (await ApplyAsync(course, events.Current, filter, cancellation).ConfigureAwait(false)) undecidedSince ??= arrived;
                // A market was listed or a feed has rotated: other logs are wanted from here on. And a block that was taken back is told again.
                var isOutdated = !mirror.Filter.SameAs(filter) || !mirror.Hints.SameAs(hints) || (events.Current is ChainEvent.Block(var told, _, _, _) && mirror.Head.Hash != told.Hash);
                if (!isOutdated) next = events.MoveNextAsync().AsTask();

                // Whatever has arrived meanwhile is applied first, what was polled too: one decision for all of it.
                if (!isOutdated && next.IsCompleted && merged < MaxMerged) continue;
                merged = 0;
                if (await _deciding.ApplyAsync(mirror).ConfigureAwait(false)) undecidedSince ??= arrived;
                if (undecidedSince is { } since) Decide(course, since);
                undecidedSince = null;
                if (isOutdated || _repair.IsReady) return;
                if (course.IsWhole) _deciding.Begin(mirror, cancellation);
            }
        }
        finally
        {
            // An enumerator that is still asked for its next event refuses to be disposed of, and its refusal would hide why we leave.
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Waits for the next event of the chain. Meanwhile what is polled for a decision may come back, and more is asked; a receipt may release accounts that no log did; a doubt may pass: the state is
    /// judged again as it is. And a price may be seen in the pool: what it would bring is decided on a state that supposes it.
    /// </summary>
    private async Task AttendAsync(Course course, Task next, CancellationToken cancellation)
    {
        while (!next.IsCompleted)
        {
            var doubted = course is { IsOwed: true, MayDecide: true } ? Task.Delay(DoubtedFor, time, cancellation) : Never;
            await Task.WhenAny(next, course.Released, _heard, doubted, _deciding.Answered).ConfigureAwait(false);
            if (next.IsCompleted) return;
            var (isAnswered, isReleased) = (_deciding.Answered.IsCompleted, course.Released.IsCompleted);
            if (isReleased) course.Released = sender.WhenReleased;
            var isTold = isAnswered && await _deciding.ApplyAsync(course.Mirror).ConfigureAwait(false);
            if (isTold || isReleased || doubted.IsCompletedSuccessfully) Decide(course, time.GetTimestamp());
            if (isAnswered && course.IsWhole) _deciding.Begin(course.Mirror, cancellation);
            if (_heard.IsCompleted) Hear(course);
        }
    }

    /// <summary>Applies one event, and reads what no log told at the same block.</summary>
    /// <param name="read">What logs are told with.</param>
    /// <returns>Whether there is something new to decide on.</returns>
    private async Task<bool> ApplyAsync(Course course, ChainEvent chainEvent, LogFilter read, CancellationToken cancellation)
    {
        var mirror = course.Mirror;
        await _poll.ApplyAsync(mirror, cancellation).ConfigureAwait(false);
        var hasChanged = mirror.Apply(chainEvent, read);
        if (!await TryReadUnreadAsync(mirror, cancellation).ConfigureAwait(false)) return false;
        switch (chainEvent)
        {
            case ChainEvent.Block block:
                course.IsIncomplete = !await TryReadMissingAsync(mirror, cancellation).ConfigureAwait(false);
                course.IsWhole = true;
                course.Market = gas.After(block.BaseFeePerGas, block.GasLimit);
                // The sender learns first, so that an account whose transaction is in this block can be planned again.
                sender.OnBlock(HeadOf(mirror, course.Market), block.Logs);
                _poll.Begin(mirror, cancellation);
                Checkpoint(mirror, cancellation);
                Report(course);
                return true;
            case ChainEvent.Reorg reorg:
                course.IsWhole = false;
                LoopLog.Reorg(logger, reorg.CommonAncestor);
                sender.OnReorg(reorg.CommonAncestor.Number);
                checkpoints.OnReorg(reorg.CommonAncestor.Number);
                return false;
            case ChainEvent.Finalized final:
                checkpoints.OnFinalized(final.Number);
                return false;
            default:
                course.IsWhole |= hasChanged;
                return hasChanged;
        }
    }

    /// <summary>Takes what the pool tells: an update that may come, or one that will not.</summary>
    private void Hear(Course course)
    {
        var mirror = course.Mirror;
        while (pool!.Events.TryRead(out var told))
        {
            if (told is PoolEvent.Gone(var gone)) sender.OnUpdateGone(gone);
            if (told is not PoolEvent.Seen(var transaction) || !course.MayDecide) continue;
            var next = mirror.Head.Timestamp + (ulong)Math.Max(1, Math.Ceiling(profile.BlockTime.TotalSeconds));
            if (!mirror.Suppose(new(transaction, next))) continue;
            TryDecide(mirror, course.Market, time.GetTimestamp());
            mirror.Withdraw();
        }
        _heard = Heard(pool);
    }

    private static Task Heard(IPendingPool? pool) => pool?.Events.WaitToReadAsync().AsTask() ?? Never;

    /// <summary>Decides on the state as it is, if it is one to decide on.</summary>
    private void Decide(Course course, long arrived)
    {
        if (course.MayDecide) course.IsOwed = !TryDecide(course.Mirror, course.Market, arrived);
    }

    /// <returns>False where it was refused for a doubt that may pass.</returns>
    private bool TryDecide(Mirror.Mirror mirror, GasMarket market, long arrived)
    {
        if (mirror.Head.Number < _decidesFrom) return true;
        // What endpoints tell differently may not be so; what is in flight is looked after all the same.
        if (chain.DoubtOf(mirror.Head) is { } doubt)
        {
            readiness.Failed(Component, doubt);
            return false;
        }

        // 3. The margin cycle judges every account.
        skipReport.Deciding(mirror.Head.Number);
        var findings = cycle.Evaluate(mirror);

        // 4. The planner keeps what pays.
        var context = new PlanningContext(
            mirror.Head, mirror.HintBlock, market, _poll.CoinPrice, profile.TransactionGasCap, arrived,
            sender.IsOpen, account => sender.IsBackingOff(account, mirror.Head.Number), sender.Experience)
        {
            HaltedFor = sender.HaltedFor,
            Behind = mirror.Supposed,
            IsAskedEarlier = protocol => _deciding.IsBehind(mirror, protocol),
            RefusedOf = account => sender.RefusedOf(account, mirror.Head.Number),
        };
        var (plans, skips) = planner.Plan(findings, context);
        foreach (var skip in skips)
        {
            skipReport.Tell(skip);
            if (skip.Reason is SkipReason.NothingToDo or SkipReason.BelowMinProfit) sender.NoOtherWay(skip.Account, mirror.Head.Number);
        }

        // 5. to 7. The sender journals, sends and settles.
        foreach (var plan in plans)
        {
            if (sender.TryOffer(plan, market) is not { } reason) continue;
            foreach (var account in plan.Accounts) skipReport.Tell(new(account.Key, reason, sender.Halted));
        }
        LoopInstruments.Processed(time.GetElapsedTime(arrived));
        return true;
    }

    /// <summary>The next block clears it.</summary>
    private void HeldBack(string reason) => readiness.Failed(Component, $"the next block is held back: {reason}");

    private void Report(Course course)
    {
        var mirror = course.Mirror;
        LoopInstruments.Applied(mirror.Head);
        if (chain.DoubtOf(mirror.Head) is { } doubt) readiness.Failed(Component, doubt);
        else if (!course.IsIncomplete) readiness.Succeeded(Component);
        foreach (var protocol in mirror.Protocols)
        {
            var component = "protocol_" + protocol.Settings.Name;
            if ((mirror.FaultOf(protocol) ?? _deciding.SilenceOf(mirror, protocol)) is { } fault)
            {
                readiness.Failed(component, fault);
                continue;
            }
            readiness.Succeeded(component);
            _oracles.Observe(protocol.Settings.Name, AdapterFault.Run(protocol, AdapterCall.Feeds, () => AdapterFault.Whole(protocol.Feeds(mirror.Head.Timestamp)), _ => []), mirror.Head.Timestamp);
        }
    }

    private Head HeadOf(Mirror.Mirror mirror, GasMarket market) =>
        new(mirror.Head, market, mirror.Protocols.SelectMany(protocol => AdapterFault.Run(protocol, AdapterCall.RewardTokens, () => AdapterFault.Whole(protocol.RewardTokens), _ => [])).ToArray()) { CoinPrice = _poll.CoinPrice };

    /// <summary>What is followed: a mirror, what gas costs at its block, and whether it may be decided on.</summary>
    private sealed class Course(Mirror.Mirror mirror, GasMarket market)
    {
        public Mirror.Mirror Mirror => mirror;
        public GasMarket Market { get; set; } = market;

        /// <summary>False after a reorg, until one of the blocks comes that replace the old ones.</summary>
        public bool IsWhole { get; set; } = true;

        /// <summary>Something that the mirror lacks could not be read: nothing is decided before it is.</summary>
        public bool IsIncomplete { get; set; }

        public bool MayDecide => IsWhole && !IsIncomplete;

        /// <summary>A decision on the state as it is was refused for a doubt, and is taken when that is gone.</summary>
        public bool IsOwed { get; set; }

        /// <summary>Completes when the sender releases accounts.</summary>
        public Task Released { get; set; } = Never;
    }
}
