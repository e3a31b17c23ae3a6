using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Journal;
using Keeper.Core.Margin;
using Keeper.Core.Mirror;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Telemetry;
using Keeper.Tests.Submission;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests;

/// <summary>The whole loop on a scripted chain: prices under 100 put the account under water, and a block with our transaction heals it.</summary>
public sealed partial class KeeperLoopTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly SettableTime _time = new();
    private readonly ScriptedChain _chain = new() { TransactionCount = 5 };
    private readonly VolatileJournal _journal;
    private readonly TextSigner _signer = new();
    private readonly Readiness _readiness;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ScriptedProtocol> _protocols = [];
    private Action<ScriptedProtocol> _setUp = _ => { };
    private int _decisions;
    private int _finalityDepth = TestProfile.Fast.FinalityDepth;
    private ScriptedPool? _pool;
    private Func<UndoLog, ScriptedProtocol>? _beside;
    private Func<IChainClient, IChainClient> _around = chain => chain;
    private Task _running = Task.CompletedTask;

    public KeeperLoopTests() => (_journal, _readiness) = (new(_time), new(_time));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    [Fact]
    public async Task An_oracle_log_becomes_a_transaction_and_its_receipt_a_settlement()
    {
        await StartAsync();
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        var signed = _journal.All<JournalEntry.Signed>()[0];
        var item = SenderScene.ItemLog(Block(102), signed.Hash, 0, true, []);
        _chain.Receipts[signed.Hash] = new(signed.Hash, 102, Block(102).Hash, true, new Gas(1), new Wei(1), null, [item, Touched(102, signed.Hash)]);
        _chain.TransactionCount = 6;
        _chain.Tell(Event(Block(102), Price(102, 101), item));
        await EventuallyAsync(() => _journal.All<JournalEntry.Settled>().Count == 1);
        Assert.Equal(Outcome.Won, _journal.All<JournalEntry.Settled>()[0].Outcomes[0].Outcome);
        Assert.True(_readiness.IsReady);
    }

    [Fact]
    public async Task What_history_says_that_others_took_while_no_keeper_ran_is_told_as_missed()
    {
        var (stranger, theirs) = (ScriptedProtocol.AddressOf(0x5), new Hash32((UInt256)0x71fa1u));
        await _journal.AppendAsync([new JournalEntry.Missed("lend:9", new(stranger, 40, default, null), "not_seen")], default);
        _chain.History = [new ScriptedProtocol(new()).LiquidationLog(Block(39), 3, stranger, 7), new ScriptedProtocol(new()).LiquidationLog(Block(50), 7, stranger)];
        _chain.Receipts[theirs] = new(theirs, 50, Block(50).Hash, true, new Gas(1), new Wei(30), null, []);
        _setUp = protocol => protocol.Filter = new([protocol.Settings.Address], [ScriptedProtocol.Price, ScriptedProtocol.Liquidation]);
        await StartAsync();
        await EventuallyAsync(() => _journal.All<JournalEntry.Missed>().Count == 2);
        Assert.Equal(("lend:7", "not_running: no keeper followed its protocol then"), (_journal.All<JournalEntry.Missed>()[1].Account, _journal.All<JournalEntry.Missed>()[1].Doing));
    }

    [Fact]
    public async Task A_hint_is_acted_on_before_its_block()
    {
        await StartAsync();
        _chain.Tell(new ChainEvent.OracleHint(Price(101, 99)));
        await EventuallyAsync(() => _journal.All<JournalEntry.Intended>().Count == 1);
        Assert.True(_journal.All<JournalEntry.Intended>()[0].FromHint);
        Assert.Equal(100UL, _journal.All<JournalEntry.Intended>()[0].Basis.Number);
    }

    [Fact]
    public async Task All_that_has_arrived_is_decided_on_once()
    {
        await StartAsync();
        var before = _decisions;
        // Held up by the first block while the others arrive.
        var first = true;
        _setUp(_protocols[0]);
        _protocols[0].Applied = _ =>
        {
            if (!first) return;
            first = false;
            _chain.Tell(Enumerable.Range(102, 20).Select(number => Event(Block((ulong)number), Price((ulong)number, 150))));
        };
        _chain.Tell(Event(Block(101), Price(101, 150)));
        await EventuallyAsync(() => _protocols[0].ValueOf(1) == 150 && _decisions > before);
        await EventuallyAsync(() => Head() == 121);
        Assert.Equal(before + 1, _decisions);
    }

    [Fact]
    public async Task A_block_is_decided_on_though_a_finalized_height_arrives_with_it()
    {
        await StartAsync();
        _protocols[0].Applied = _ => _chain.Tell(new ChainEvent.Finalized(100));
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
    }

    [Fact]
    public async Task A_block_that_a_reorg_takes_away_at_once_is_not_decided_on()
    {
        await StartAsync();
        var other = Block(101, branch: 1, after: Block(100));
        _protocols[0].Applied = log =>
        {
            if (log.BlockHash == Block(101).Hash) _chain.Tell(new ChainEvent.Reorg(Block(100)), Event(other, Price(other, 150)));
        };
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _protocols[0].ValueOf(1) == 150 && Head() == 101);
        Assert.Empty(_chain.Sent);
    }

    [Fact]
    public async Task An_account_is_planned_again_in_the_block_that_holds_its_transaction()
    {
        await StartAsync();
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        var hash = _journal.All<JournalEntry.Signed>()[0].Hash;
        var item = SenderScene.ItemLog(Block(102), hash, 0, true, []);
        _chain.Receipts[hash] = new(hash, 102, Block(102).Hash, true, new Gas(1), new Wei(1), null, [item]);
        _chain.TransactionCount = 6;
        // Still under water after a partial liquidation.
        _chain.Tell(Event(Block(102), Price(102, 98), item));
        await EventuallyAsync(() => _journal.All<JournalEntry.Intended>().Count == 2);
        Assert.Equal([5UL, 6UL], _journal.All<JournalEntry.Intended>().Select(intent => intent.Nonce));
    }

    [Fact]
    public async Task An_account_in_flight_is_not_planned_twice()
    {
        await StartAsync();
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        _chain.Tell(Event(Block(102), Price(102, 98)), Event(Block(103), Price(103, 97)));
        await EventuallyAsync(() => Head() == 103);
        Assert.Single(_journal.All<JournalEntry.Intended>());
    }

    [Fact]
    public async Task What_is_under_water_at_the_start_is_acted_on_without_waiting_for_a_block()
    {
        _chain.History = [new ScriptedProtocol(new()).PriceLog(Block(50), 1, 99)];
        await StartAsync();
        await EventuallyAsync(() => _chain.Sent.Count == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mirror_that_lost_the_chain_is_built_anew(bool byMissingBlock)
    {
        await StartAsync();
        _chain.Newest = Block(110);
        if (byMissingBlock) _chain.Tell(Event(Block(103)));
        else _chain.Break(new ChainException("the block is gone", ChainFault.UnknownBlock));
        await EventuallyAsync(() => _chain.Followed.Count == 2);
        Assert.Equal(Block(110), _chain.Followed[1].After);
        _chain.Tell(Event(Block(111), Price(111, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
    }

    [Theory]
    [InlineData("a reorg of everything that was followed since the start", 4, false)]
    [InlineData("a reorg of everything that was followed since the start", 5, true)]
    [InlineData("a reorg of a block that was told as final", 3, true)]
    [InlineData("a block that does not follow", 9, false)]
    public async Task A_reorg_of_what_was_final_opens_a_breaker_and_what_else_needs_a_new_mirror_does_not(string loss, int followed, bool opens)
    {
        _finalityDepth = 5;
        await StartAsync();
        var last = 100 + (ulong)followed;
        _chain.Tell(Enumerable.Range(101, followed).Select(number => Event(Block((ulong)number))));
        await EventuallyAsync(() => Head() == last);
        _chain.Newest = Block(200);
        switch (loss)
        {
            case "a block that does not follow":
                _chain.Tell(Event(Block(last + 2)));
                break;
            case "a reorg of a block that was told as final":
                _chain.Tell(new ChainEvent.Finalized(last - 1));
                _chain.Tell(new ChainEvent.Reorg(Block(last - 2)));
                break;
            default:
                _chain.Break(new ChainException("The chain left ours.", ChainFault.UnknownBlock));
                break;
        }
        await EventuallyAsync(() => _chain.Followed.Count == 2);
        _chain.Tell(Event(Block(201), Price(201, 99)));
        if (!opens)
        {
            await EventuallyAsync(() => _chain.Sent.Count == 1);
            Assert.Empty(_journal.All<JournalEntry.BreakerChanged>());
            return;
        }
        await EventuallyAsync(() => _journal.All<JournalEntry.BreakerChanged>().Count == 1);
        Assert.Equal("deep_reorg", _journal.All<JournalEntry.BreakerChanged>()[0].Breaker);
        await EventuallyAsync(() => Head() == 201);
        Assert.Empty(_chain.Sent);
    }

    [Fact]
    public async Task A_chain_that_cannot_be_asked_while_the_mirror_is_built_is_waited_for()
    {
        _chain.LogsAreDown = true;
        var starting = StartAsync();
        await EventuallyAsync(() => _readiness.Report().Any(entry => entry is (KeeperLoop.Component, "the mirror cannot be built: the logs are not told")));
        _chain.LogsAreDown = false;
        await starting;
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        Assert.True(_readiness.IsReady);
    }

    [Fact]
    public async Task While_the_mirror_is_built_anew_nothing_new_is_sent_and_what_is_in_flight_is_settled()
    {
        await StartAsync(blockTime: TimeSpan.FromMilliseconds(100));
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        var signed = _journal.All<JournalEntry.Signed>()[0];
        _chain.LogsAreDown = true;
        _chain.Break(new ChainException("the block is gone", ChainFault.UnknownBlock));
        await EventuallyAsync(() => _readiness.Report().Any(entry => entry.Reason?.StartsWith("the mirror cannot be built", StringComparison.Ordinal) == true));

        _chain.Receipts[signed.Hash] = new(signed.Hash, 102, Block(102).Hash, true, new Gas(1), new Wei(1), null, [SenderScene.ItemLog(Block(102), signed.Hash, 0, true, []), Touched(102, signed.Hash)]);
        _chain.TransactionCount = 6;
        _chain.Newest = Block(103);
        await EventuallyAsync(() => _journal.All<JournalEntry.Settled>().Count == 1);
        Assert.Single(_journal.All<JournalEntry.Intended>());
        Assert.Single(_chain.Followed);
        _chain.LogsAreDown = false;
        await EventuallyAsync(() => _chain.Followed.Count == 2);
    }

    [Fact]
    public async Task What_a_block_leaves_missing_and_cannot_be_read_holds_decisions_up_until_it_can()
    {
        await StartAsync();
        var (missing, isDown) = (false, true);
        _protocols[0].Applied = _ => missing = true;
        _protocols[0].Missing = () => missing ? [new StateRead("feed", new CallRequest(_protocols[0].Settings.Address, default), _ => missing = false)] : [];
        _chain.Answer = (call, _) => call.To == SenderScene.Executor ? ScriptedChain.AllSucceed(call) : isDown ? throw new ChainException("the node is down") : new CallResult.Returned(Word(1));
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _readiness.Report().Any(entry => entry.Reason?.StartsWith("what block 101", StringComparison.Ordinal) == true));
        _chain.Tell(new ChainEvent.OracleHint(Price(102, 98)));
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.Empty(_journal.All<JournalEntry.Intended>());
        isDown = false;
        _chain.Tell(Event(Block(102), Price(102, 98)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        Assert.True(_readiness.IsReady);
        Assert.Single(_chain.Followed);
    }

    [Fact]
    public async Task A_feed_that_rotates_is_followed_from_the_block_that_told_it()
    {
        await StartAsync();
        var rotated = ScriptedProtocol.AddressOf(0xfeed2);
        _protocols[0].Applied = _ => _protocols[0].Hints = new([rotated], [ScriptedProtocol.Price]);
        _chain.Tell(Event(Block(101), Price(101, 150)));
        await EventuallyAsync(() => _chain.Followed.Count == 2);
        Assert.Equal((Block(101), rotated), (_chain.Followed[1].After, Assert.Single(_chain.Followed[1].Hints.Any.Addresses)));
        Assert.Equal([Block(100)], _chain.Followed[1].Ancestors);
        _protocols[0].Applied = _ => { };
        _chain.Tell(Event(Block(102), Price(102, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
    }

    /// <summary>What it says in the block that lists it counts before anything is decided on that block.</summary>
    [Fact]
    public async Task A_contract_that_a_block_makes_known_is_heard_in_that_very_block()
    {
        await StartAsync();
        var listed = ListsAContract();
        _chain.Tell(Event(Block(101), Price(101, 150)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        Assert.Equal(101UL, _journal.All<JournalEntry.Intended>()[0].Basis.Number);
        var (block, filter) = Assert.Single(_chain.Read);
        Assert.Equal((Block(101), listed), (block, Assert.Single(filter.Any.Addresses)));
        await EventuallyAsync(() => _chain.Followed.Count == 2);
        Assert.Equal(Block(101), _chain.Followed[1].After);
    }

    [Fact]
    public async Task A_block_whose_later_known_logs_cannot_be_read_is_held_back_and_told_again()
    {
        await StartAsync();
        ListsAContract();
        _chain.LogsAreDown = true;
        var before = _decisions;
        _chain.Tell(Event(Block(101), Price(101, 150)));
        await EventuallyAsync(() => _chain.Followed.Count == 2);
        Assert.Equal((Block(100), before, 100UL), (_chain.Followed[1].After, _decisions, Head()));
        Assert.Contains(_readiness.Report(), entry => entry.Reason == "the next block is held back: the logs are not told");
        _chain.LogsAreDown = false;
        _chain.Tell(Event(Block(101), Price(101, 150)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        Assert.True(_readiness.IsReady);
    }

    /// <summary>With its first log the protocol wants those of a contract that says the price falls in block 101, after that log.</summary>
    private Address ListsAContract()
    {
        var (protocol, listed) = (_protocols[^1], ScriptedProtocol.AddressOf(0x115d));
        LogFilter before = protocol.Filter, after = new([protocol.Settings.Address, listed], before.Any.Topics);
        protocol.Wanted = () => protocol.ValueOf(1) is null ? before : after;
        _chain.History = [Price(101, 99) with { Address = listed, LogIndex = 1 }];
        return listed;
    }

    [Fact]
    public async Task What_a_new_market_lacks_is_read_before_it_is_judged()
    {
        await StartAsync();
        var missing = false;
        _protocols[0].Applied = _ => missing = true;
        _protocols[0].Missing = () => missing ? [new StateRead("feed", new CallRequest(_protocols[0].Settings.Address, default), _ => missing = false)] : [];
        var judgedIncomplete = false;
        var judge = _protocols[0].Judge;
        _protocols[0].Judge = (account, now) =>
        {
            judgedIncomplete |= missing;
            return judge(account, now);
        };
        _chain.Answer = (call, _) => call.To == SenderScene.Executor ? ScriptedChain.AllSucceed(call) : new CallResult.Returned(Word(1));
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        Assert.False(judgedIncomplete);
    }

    [Fact]
    public async Task A_faulted_protocol_is_not_ready_and_not_acted_on()
    {
        await StartAsync();
        _chain.Tell(Event(Block(101), Price(101, 99), Log(Block(101), _protocols[0].Settings.Address, ScriptedProtocol.Price, [1], index: 9)));
        await EventuallyAsync(() => _readiness.Report().Any(entry => entry.Component == "protocol_lend"));
        Assert.StartsWith("log 9 of block 101", _readiness.Report().Single(entry => entry.Component == "protocol_lend").Reason);
        Assert.Empty(_chain.Sent);
    }

    [Fact]
    public async Task Tips_are_asked_for_in_few_blocks_while_nothing_is_bid_and_in_each_while_something_is()
    {
        await StartAsync();
        var quiet = await FeeReadsAsync(101);
        _chain.Tell(Event(Block(113), Price(113, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        var busy = await FeeReadsAsync(114);
        Assert.True(quiet <= 3, $"{quiet} reads in 12 quiet blocks");
        Assert.True(busy >= 11, $"{busy} reads in 12 blocks with a bid");

        // One block at a time, each decided on before the next.
        async Task<int> FeeReadsAsync(ulong first)
        {
            var before = _chain.FeeReads;
            for (var number = first; number < first + 12; number++)
            {
                _chain.Tell(Event(Block(number)));
                await EventuallyAsync(() => Head() == number);
            }
            return _chain.FeeReads - before;
        }
    }

    [Fact]
    public async Task A_mirror_that_is_wrong_too_often_opens_the_breaker_before_the_next_block_is_decided_on()
    {
        var told = 0UL;
        var contract = ScriptedProtocol.AddressOf(0xc0de);
        _setUp = protocol =>
        {
            protocol.Audited = _ => [new(new CallRequest(contract, new byte[4]), answer => answer is CallResult.Returned && told == protocol.ValueOf(1) ? [] : [new("value", "1", "2")])];
            protocol.Repairs = _ => [new("value", new CallRequest(contract, new byte[4]), _ => protocol.Values.Put((UInt256)1UL, (UInt256)told))];
        };
        _chain.Answer = (call, _) => call.To == contract ? new CallResult.Returned(Word(told)) : ScriptedChain.AllSucceed(call);
        told = 150;
        await StartAsync();
        for (var number = 101UL; number < 107; number++)
        {
            // What the contract holds is never what the log said.
            told = 150 + number;
            _chain.Tell(Event(Block(number), Price(number, 150)));
            await EventuallyAsync(() => Head() == number);
        }
        await EventuallyAsync(() => _journal.All<JournalEntry.BreakerChanged>().Count == 1);
        Assert.Equal("mirror_drift", _journal.All<JournalEntry.BreakerChanged>()[0].Breaker);
        _chain.Tell(Event(Block(107), Price(107, 99)));
        await EventuallyAsync(() => Head() == 107);
        Assert.Empty(_chain.Sent);
    }

    [Fact]
    public async Task A_decision_that_a_doubt_refused_is_taken_when_the_doubt_is_gone_without_another_block()
    {
        await StartAsync();
        _chain.Doubt = "the endpoints do not agree";
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => !_readiness.IsReady);
        Assert.Empty(_chain.Sent);
        _chain.Doubt = null;
        await EventuallyAsync(() => _chain.Sent.Count == 1);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("poll")]
    [InlineData("polled")]
    [InlineData("feeds")]
    [InlineData("evaluate")]
    [InlineData("plan")]
    [InlineData("apply")]
    public async Task Whatever_one_adapter_fails_at_the_accounts_of_another_are_dealt_with(string at)
    {
        static InvalidOperationException Bug() => new("a bug");
        _beside = undo =>
        {
            var swap = new ScriptedProtocol(undo, "swap", address: 0x50a9).WithAccounts("7");
            swap.Judge = (_, _) => at == "evaluate" ? throw Bug() : ScriptedProtocol.Of(VerdictKind.Liquidatable);
            swap.Calls = (_, _) => at == "plan" ? throw Bug() : [];
            if (at == "missing") swap.Missing = () => throw Bug();
            if (at == "poll") swap.Polled = () => throw Bug();
            if (at == "polled") swap.Polled = () => [new("a value", new CallRequest(SenderScene.Executor, default), _ => throw Bug())];
            if (at == "feeds") swap.Prices = _ => throw Bug();
            if (at == "apply") swap.Applied = _ => throw Bug();
            return swap;
        };
        if (at == "polled") _chain.Answer = (call, _) => call.Data.IsEmpty ? new CallResult.Returned(Word(1)) : ScriptedChain.AllSucceed(call);
        await StartAsync();
        _chain.Tell(Event(Block(101), Price(101, 150), new ScriptedProtocol(new(), "swap", address: 0x50a9).PriceLog(Block(101), 1, 1, index: 1)));
        await EventuallyAsync(() => Head() == 101);
        _chain.Tell(Event(Block(102), Price(102, 99)));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        Assert.Equal("lend:1", Assert.Single(_journal.All<JournalEntry.Intended>()).Items[0].Account);
    }

    [Fact]
    public async Task A_sender_that_fails_stops_the_loop()
    {
        await StartAsync();
        _journal.Appending = _ => throw new JournalException("The disk is full.");
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await Assert.ThrowsAsync<JournalException>(() => _running.WaitAsync(Patience, TimeProvider.System));
        Assert.Empty(_chain.Sent);
    }

    [Fact]
    public async Task A_chain_that_cannot_be_followed_stops_the_loop()
    {
        await StartAsync();
        _chain.Break(new ChainException("every endpoint is on another chain", ChainFault.Rejected));
        await Assert.ThrowsAsync<ChainException>(() => _running.WaitAsync(Patience, TimeProvider.System));
    }

    [Fact]
    public async Task Cancelled_it_ends()
    {
        await StartAsync();
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.WaitAsync(Patience, TimeProvider.System));
    }

    /// <summary>The price of data comes with the poll beside the decisions; without it nobody knows what a transaction costs.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_rollup_charges_for_data_is_asked_of_its_contract_and_counts(bool isTold)
    {
        var oracle = FeeModels.Of(FeeModel.OpStack).Reads[0].To;
        // 1,000 for each word: two ten-millionths of a gwei a byte.
        _chain.Answer = (call, _) =>
            call.To != oracle ? ScriptedChain.AllSucceed(call) : isTold ? new CallResult.Returned(Word(1_000)) : new CallResult.Reverted(ReadOnlyMemory<byte>.Empty);
        await StartAsync(FeeModel.OpStack);
        Assert.Contains(_chain.Called, called => called.Call.To == oracle);
        var before = _decisions;
        _chain.Tell(Event(Block(101), Price(101, 99)));
        await EventuallyAsync(() => _decisions > before && (!isTold || _chain.Sent.Count == 1));
        Assert.Equal(isTold ? 1 : 0, _journal.All<JournalEntry.Intended>().Count);
    }

    /// <summary>The price is healthy in every block; in the pool it is not, and a plan of that alone is sent behind it. The mirror forgets the supposition.</summary>
    [Fact]
    public async Task A_price_in_the_pool_is_decided_on_before_a_block_has_it_and_leaves_no_trace_in_the_mirror()
    {
        var pool = _pool = new();
        await StartAsync();
        _chain.Tell(Event(Block(101), Price(101, 150)));
        await EventuallyAsync(() => Head() == 101);
        var update = ScriptedPool.Transmission(1, 99);
        pool.Tell(new PoolEvent.Seen(update with { To = SenderScene.Executor }));
        pool.Tell(new PoolEvent.Seen(update));
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        var intent = Assert.Single(_journal.All<JournalEntry.Intended>());
        Assert.Equal((update.Hash, Block(101), false), (intent.Behind, intent.Basis, intent.FromHint));
        Assert.Equal(Block(102).Timestamp, pool.Called[0].Update.Timestamp);

        _chain.Tell(Event(Block(102)));
        await EventuallyAsync(() => Head() == 102);
        Assert.Equal(150UL, _protocols[^1].ValueOf(1));
        pool.Tell(new PoolEvent.Gone(update.Hash));
        await EventuallyAsync(() => _journal.All<JournalEntry.Signed>().Any(signed => signed.IsCancel));
    }

    /// <summary>Returns when the chain is followed.</summary>
    private async Task StartAsync(FeeModel feeModel = FeeModel.Eip1559, TimeSpan? blockTime = null)
    {
        var profile = TestProfile.Fast with { BlockTime = blockTime ?? TimeSpan.FromSeconds(12), FeeModel = feeModel, FinalityDepth = _finalityDepth };
        var options = new SubmissionOptions { BumpAfter = TimeSpan.FromHours(1) };
        var skips = new SkipReport(_time, NullLogger<SkipReport>.Instance);
        var sender = new Sender(
            _chain, _journal, _signer, new(options, profile, SenderScene.Executor, _signer.Address, Keeper.Chain.Native.Crypto.Keccak.Hash), [new ScriptedProtocol(new())], _readiness, skips, _time, NullLogger<Sender>.Instance, pool: _pool);
        var loop = new KeeperLoop(
            _around(_chain), new MirrorBuilder(_chain, profile, Protocols, _time, NullLogger<MirrorBuilder>.Instance),
            new Checkpoints(_chain, null, new() { Every = TimeSpan.Zero }, _time, NullLogger<Checkpoints>.Instance), new MarginCycle(_time), new Planner(new()),
            sender, new GasMarketReader(_chain, profile, 60), profile, _readiness, skips, _time, NullLogger<KeeperLoop>.Instance, pool: _pool);
        _running = Task.Run(() => loop.RunAsync(_stop.Token));
        await EventuallyAsync(() => _chain.Followed.Count == 1);
    }

    private IReadOnlyList<IProtocol> Protocols(UndoLog undo)
    {
        var protocol = new ScriptedProtocol(undo).WithAccounts("1");
        protocol.Judge = (_, _) =>
        {
            Interlocked.Increment(ref _decisions);
            return ScriptedProtocol.Of(protocol.ValueOf(1) < 100 ? VerdictKind.Liquidatable : VerdictKind.Healthy);
        };
        protocol.Calls = (_, _) => [ScriptedProtocol.Call(Usd.Whole(10_000))];
        _setUp(protocol);
        lock (_protocols) _protocols.Add(protocol);
        return _beside is null ? [protocol] : [_beside(undo), protocol];
    }

    /// <summary>The block that was decided on last.</summary>
    private ulong Head() => _protocols[^1].EvaluatedAt is [.., var time] ? (time - Genesis) / 12 : 0;

    private Log Price(ulong number, ulong value) => Price(Block(number), value);
    private static Log Touched(ulong number, Hash32 transaction) => new ScriptedProtocol(new()).ChangeLog(Block(number), "1", transaction);
    private static Log Price(BlockRef block, ulong value) => new ScriptedProtocol(new()).PriceLog(block, 1, value);

    private async Task EventuallyAsync(Func<bool> condition)
    {
        for (var i = 0; i < 2_000 && !condition(); i++)
        {
            if (_running.IsFaulted) await _running;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        Assert.True(condition());
    }
}
