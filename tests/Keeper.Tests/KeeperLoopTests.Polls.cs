using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests;

public sealed partial class KeeperLoopTests
{
    /// <summary>No log tells of the price: the block's poll does, and no other event comes.</summary>
    [Fact]
    public async Task What_a_poll_that_decides_tells_is_decided_on_at_once()
    {
        var (asked, executor) = (0, _chain.Answer);
        _chain.Answer = (call, at) => call.To == Address.Zero ? new CallResult.Returned(Word(99UL)) : executor(call, at);
        _setUp = protocol =>
        {
            protocol.Fidelity = ProtocolFidelity.EventPlusPoll;
            protocol.Polled = () => asked++ == 0 ? [new("price", new CallRequest(Address.Zero, default), answer => protocol.Values.Put(1UL, UInt256.ReadBigEndian(answer.Span)))] : [];
        };
        await StartAsync();
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        // Whether there is more to ask, it asks after it has decided: the transaction may be out by then.
        await EventuallyAsync(() => asked > 1);
    }

    [Fact]
    public async Task A_protocol_whose_deciding_polls_are_not_answered_is_not_ready_by_name()
    {
        var executor = _chain.Answer;
        _chain.Answer = (call, at) => call.To == Address.Zero ? throw new ChainException("too slow") : executor(call, at);
        _setUp = protocol => (protocol.Fidelity, protocol.Polled) = (ProtocolFidelity.EventPlusPoll, () => [new("price", new CallRequest(Address.Zero, default), _ => { })]);
        await StartAsync();
        _chain.Tell(Enumerable.Range(101, 8).Select(number => Event(Block((ulong)number))));
        await EventuallyAsync(() => _readiness.Report().Any(entry => entry is ("protocol_lend", "its views were not answered in time for 8 blocks")));
    }

    /// <summary>Every block has come and gone when its answer is there; the next question is never answered.</summary>
    [Fact]
    public async Task What_a_poll_that_decides_tells_when_newer_blocks_have_come_is_decided_on_at_the_newest()
    {
        var (isAsked, executor) = (false, _chain.Answer);
        _chain.Answer = (call, at) => call.To == Address.Zero ? new CallResult.Returned(Word(99UL)) : executor(call, at);
        var slow = new SlowPolls(_chain);
        _around = _ => slow;
        _setUp = protocol =>
        {
            (protocol.Fidelity, protocol.TakesLateAnswers) = (ProtocolFidelity.EventPlusPoll, true);
            protocol.Begun = _ => isAsked = false;
            protocol.Polled = () =>
            {
                if (isAsked) return [];
                isAsked = true;
                return [new("price", new CallRequest(Address.Zero, default), answer => protocol.Values.Put(1UL, UInt256.ReadBigEndian(answer.Span)))];
            };
        };
        await StartAsync();
        _chain.Tell(Enumerable.Range(101, 3).Select(number => Event(Block((ulong)number))));
        await EventuallyAsync(() => Head() == 103);
        slow.AnswerFirst();
        await EventuallyAsync(() => _chain.Sent.Count == 1);
        Assert.Equal(Block(103), Assert.Single(_journal.All<JournalEntry.Intended>()).Basis);
        await EventuallyAsync(() => slow.Asked.Count == 2);
        Assert.Equal([Block(100).Hash, Block(103).Hash], slow.Asked);
    }

    [Fact]
    public async Task What_was_polled_of_a_block_that_a_reorg_took_out_is_not_applied_where_it_does_not_decide_either()
    {
        var (isLinked, executor) = (false, _chain.Answer);
        _chain.Answer = (call, at) => call.To == Address.Zero ? new CallResult.Returned(Word(99UL)) : executor(call, at);
        var slow = new SlowPolls(_chain);
        _around = _ => slow;
        _setUp = protocol =>
        {
            protocol.Begun = _ => isLinked = true;
            protocol.Polled = () => isLinked ? [new("price", new CallRequest(Address.Zero, default), answer => protocol.Values.Put(1UL, UInt256.ReadBigEndian(answer.Span)))] : [];
        };
        await StartAsync();
        _chain.Tell(Event(Block(101)));
        await EventuallyAsync(() => slow.Asked.Count == 1);
        _chain.Tell(new ChainEvent.Reorg(Block(100)), Event(Block(101, branch: 1, after: Block(100))));
        slow.AnswerFirst();
        // What has come back is taken before an event, and then the next is asked.
        for (ulong number = 102; slow.Asked.Count == 1; number++)
        {
            _chain.Tell(Event(Block(number, branch: 1)));
            await EventuallyAsync(() => Head() == number);
        }
        Assert.Null(_protocols[0].ValueOf(1));
        Assert.Empty(_chain.Sent);
    }

    /// <summary>A node that takes its time for the views of the protocol, and for nothing else.</summary>
    private sealed class SlowPolls(IChainClient inner) : ForwardingChain(inner)
    {
        private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<Hash32> _asked = [];

        public IReadOnlyList<Hash32> Asked
        {
            get
            {
                lock (_asked) return [.. _asked];
            }
        }

        public void AnswerFirst() => _first.SetResult();

        public override async Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation)
        {
            if (calls is [{ To: var to }, ..] && to == Address.Zero)
            {
                int before;
                lock (_asked)
                {
                    before = _asked.Count;
                    _asked.Add(((BlockId.ByHash)at).Hash);
                }
                await (before == 0 ? _first.Task : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation)).WaitAsync(cancellation);
            }
            return await base.CallAsync(calls, at, cancellation);
        }
    }
}
