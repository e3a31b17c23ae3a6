using Keeper.Core.Audit;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
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
/// <param name="pool">Where price updates are seen before a block has them; null where they are not acted on.</param>
public sealed class KeeperLoop(
    IChainClient chain,
    MirrorBuilder builder,
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
    IPendingPool? pool = null)
{
    /// <summary>Its name in <see cref="Readiness"/>.</summary>
    public const string Component = "mirror";

    /// <summary>Events that are applied before one decision must be taken, however many have arrived.</summary>
    private const int MaxMerged = 256;

    private static readonly Task Never = new TaskCompletionSource().Task;

    private readonly OracleWatch _oracles = new(logger);
    private readonly BlockPoll _poll = new(
        chain.For(RequestPurpose.Follow), profile, gas, new MirrorAudit(chain, cycle.Nearest, audit ?? new(), readiness, reason => sender.Trip(Breaker.MirrorDrift, reason), logger), () => sender.SlotCount > 0);

    /// <summary>Completes when the pool has told something; never where there is none.</summary>
    private Task _heard = Heard(pool);

    /// <summary>Runs until cancelled. A mirror that can't follow the chain any more is built anew.</summary>
    /// <exception cref="ChainException">The chain can't be reached, at start.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        readiness.Expect(Component, TimeSpan.FromSeconds(Math.Max(30, 10 * profile.BlockTime.TotalSeconds)));
        var (sending, listening) = (Task.CompletedTask, Task.CompletedTask);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            for (var first = true; ; first = false)
            {
                var (mirror, header) = await builder.BuildAsync(stop.Token).ConfigureAwait(false);
                await _poll.RefreshAsync(mirror, stop.Token).ConfigureAwait(false);
                if (first)
                {
                    await sender.RecoverAsync(HeadOf(mirror, gas.After(header.BaseFeePerGas, header.GasLimit)), stop.Token).ConfigureAwait(false);
                    sending = sender.RunAsync(stop.Token);
                    if (pool is not null) listening = pool.RunAsync(stop.Token);
                }
                // What made it necessary may have been a reorg that nobody told.
                else sender.OnReorg(0);
                Decide(mirror, gas.After(header.BaseFeePerGas, header.GasLimit), time.GetTimestamp());
                LoopLog.Following(logger, mirror.Head, mirror.Protocols.Sum(protocol => protocol.AccountCount));
                var following = FollowAsync(mirror, gas.After(header.BaseFeePerGas, header.GasLimit), stop.Token);
                // None may end: when one does, its exception is the keeper's.
                await await Task.WhenAny(pool is null ? [following, sending] : [following, sending, listening]).ConfigureAwait(false);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Returns when the mirror must be built anew.</summary>
    private async Task FollowAsync(Mirror.Mirror mirror, GasMarket market, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var (filter, hints) = (mirror.Filter, mirror.Hints);
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                await using var events = chain.FollowAsync(new(mirror.Head, mirror.Ancestors, filter, hints, HeldBack), stop.Token).GetAsyncEnumerator(stop.Token);
                var next = events.MoveNextAsync().AsTask();
                var released = sender.WhenReleased;
                try
                {
                    // When the first event arrived that no decision has seen yet.
                    long? undecidedSince = null;
                    var isWhole = true;
                    for (var merged = 0; await NextAsync().ConfigureAwait(false); merged++)
                    {
                        // 1. The chain has told an event.
                        var arrived = time.GetTimestamp();

                        // 2. The mirror applies it.
                        (market, var isWorthDeciding) = await ApplyAsync(mirror, events.Current, market, cancellation).ConfigureAwait(false);
                        if (isWorthDeciding) (undecidedSince, isWhole) = (undecidedSince ?? arrived, true);
                        // The blocks that replace the old ones are decided on when they come.
                        if (events.Current is ChainEvent.Reorg) (undecidedSince, isWhole) = (null, false);
                        // A market was listed or a feed has rotated: other logs are wanted from here on.
                        var isOutdated = !mirror.Filter.SameAs(filter) || !mirror.Hints.SameAs(hints);
                        if (!isOutdated) next = events.MoveNextAsync().AsTask();

                        // Whatever has arrived meanwhile is applied first: one decision for all of it.
                        if (!isOutdated && next.IsCompleted && merged < MaxMerged) continue;
                        merged = 0;
                        if (undecidedSince is { } since) Decide(mirror, market, since);
                        undecidedSince = null;
                        if (isOutdated) break;
                    }

                    // Waits for the next event. Meanwhile a receipt may release accounts that no log did: they are judged again on the state as it is. And a price may be
                    // seen in the pool: what it would bring is decided on a state that supposes it, while nothing that the chain has told waits.
                    async Task<bool> NextAsync()
                    {
                        while (!next.IsCompleted)
                        {
                            await Task.WhenAny(next, released, _heard).ConfigureAwait(false);
                            if (next.IsCompleted) break;
                            if (released.IsCompleted)
                            {
                                released = sender.WhenReleased;
                                if (isWhole) Decide(mirror, market, time.GetTimestamp());
                            }
                            if (_heard.IsCompleted) Hear(mirror, market, isWhole);
                        }
                        return await next.ConfigureAwait(false);
                    }
                }
                finally
                {
                    // An enumerator that is still asked for its next event refuses to be disposed of, and its refusal would hide why we leave.
                    await stop.CancelAsync().ConfigureAwait(false);
                    await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        catch (Exception error) when (error is MirrorException or ChainException { Fault: ChainFault.UnknownBlock })
        {
            LoopLog.Rebuilding(logger, error.Message);
            readiness.Failed(Component, $"the mirror is being built anew: {error.Message}");
        }
    }

    /// <summary>Applies one event, and reads what no log told at the same block.</summary>
    /// <returns>What gas costs now, and whether the state is one to decide on.</returns>
    private async Task<(GasMarket Market, bool IsWorthDeciding)> ApplyAsync(Mirror.Mirror mirror, ChainEvent chainEvent, GasMarket market, CancellationToken cancellation)
    {
        await _poll.ApplyAsync(mirror, cancellation).ConfigureAwait(false);
        var hasChanged = mirror.Apply(chainEvent);
        switch (chainEvent)
        {
            case ChainEvent.Block block:
                await builder.ReadMissingAsync(mirror, cancellation).ConfigureAwait(false);
                market = gas.After(block.BaseFeePerGas, block.GasLimit);
                // The sender learns first, so that an account whose transaction is in this block can be planned again.
                sender.OnBlock(HeadOf(mirror, market), block.Logs);
                _poll.Begin(mirror, cancellation);
                Report(mirror);
                return (market, true);
            case ChainEvent.Reorg reorg:
                LoopLog.Reorg(logger, reorg.CommonAncestor);
                sender.OnReorg(reorg.CommonAncestor.Number);
                return (market, false);
            default:
                return (market, hasChanged && chainEvent is ChainEvent.OracleHint);
        }
    }

    /// <summary>Takes what the pool tells: an update that may come, or one that will not.</summary>
    /// <param name="isWhole">The mirror's state is one to decide on.</param>
    private void Hear(Mirror.Mirror mirror, GasMarket market, bool isWhole)
    {
        while (pool!.Events.TryRead(out var told))
        {
            if (told is PoolEvent.Gone(var gone)) sender.OnUpdateGone(gone);
            if (told is not PoolEvent.Seen(var transaction) || !isWhole) continue;
            var next = mirror.Head.Timestamp + (ulong)Math.Max(1, Math.Ceiling(profile.BlockTime.TotalSeconds));
            if (!mirror.Suppose(new(transaction, next))) continue;
            Decide(mirror, market, time.GetTimestamp());
            mirror.Withdraw();
        }
        _heard = Heard(pool);
    }

    private static Task Heard(IPendingPool? pool) => pool?.Events.WaitToReadAsync().AsTask() ?? Never;

    private void Decide(Mirror.Mirror mirror, GasMarket market, long arrived)
    {
        // What endpoints tell differently may not be so; what is in flight is looked after all the same.
        if (chain.DoubtOf(mirror.Head) is { } doubt)
        {
            readiness.Failed(Component, doubt);
            return;
        }

        // 3. The margin cycle judges every account.
        skipReport.Deciding(mirror.Head.Number);
        var findings = cycle.Evaluate(mirror);

        // 4. The planner keeps what pays.
        var context = new PlanningContext(
            mirror.Head, mirror.HintBlock, market, _poll.CoinPrice, profile.TransactionGasCap, arrived,
            sender.IsOpen, account => sender.IsBackingOff(account, mirror.Head.Number), sender.Experience) { HaltedFor = sender.HaltedFor, Behind = mirror.Supposed };
        var (plans, skips) = planner.Plan(findings, context);
        foreach (var skip in skips) skipReport.Tell(skip);

        // 5. to 7. The sender journals, sends and settles.
        foreach (var plan in plans)
        {
            if (sender.TryOffer(plan, market) is not { } reason) continue;
            foreach (var account in plan.Accounts) skipReport.Tell(new(account.Key, reason, sender.Halted));
        }
        LoopInstruments.Processed(time.GetElapsedTime(arrived));
    }

    /// <summary>The next block clears it.</summary>
    private void HeldBack(string reason) => readiness.Failed(Component, $"the next block is held back: {reason}");

    private void Report(Mirror.Mirror mirror)
    {
        LoopInstruments.Applied(mirror.Head);
        if (chain.DoubtOf(mirror.Head) is not { } doubt) readiness.Succeeded(Component);
        else readiness.Failed(Component, doubt);
        foreach (var protocol in mirror.Protocols)
        {
            var component = "protocol_" + protocol.Settings.Name;
            if (mirror.FaultOf(protocol) is { } fault)
            {
                readiness.Failed(component, fault);
                continue;
            }
            readiness.Succeeded(component);
            _oracles.Observe(protocol.Settings.Name, protocol.Feeds(mirror.Head.Timestamp), mirror.Head.Timestamp);
        }
    }

    private static Head HeadOf(Mirror.Mirror mirror, GasMarket market) =>
        new(mirror.Head, market, mirror.Protocols.SelectMany(protocol => protocol.RewardTokens).ToArray());
}
