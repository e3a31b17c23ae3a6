using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Control;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>A sender on a chain that mines, forks and forgets at random: every slot is in the state that its block says, and comes there by a step that is allowed.</summary>
public sealed class SlotLifeTests
{
    private const int Confirmations = 2;
    private const int Finality = 4;

    /// <summary>From each state to what may be seen next; between two heads a slot may pass several.</summary>
    private static readonly Dictionary<SlotState, SlotState[]> Allowed = new()
    {
        [SlotState.Signed] = [SlotState.Signed, SlotState.Broadcast, SlotState.Included, SlotState.Confirmed, SlotState.Final],
        [SlotState.Broadcast] = [SlotState.Broadcast, SlotState.Included, SlotState.Confirmed, SlotState.Final],
        [SlotState.Included] = [SlotState.Broadcast, SlotState.Included, SlotState.Confirmed, SlotState.Final],
        [SlotState.Confirmed] = [SlotState.Broadcast, SlotState.Included, SlotState.Confirmed, SlotState.Final],
        [SlotState.Final] = [SlotState.Final],
    };

    [Fact]
    public async Task Every_state_is_what_the_chain_says_and_every_step_is_allowed()
    {
        var steps = new HashSet<(SlotState, SlotState)>();
        for (var seed = 1; seed <= 15; seed++) await WalkAsync(seed, steps);
        // The walk shows something: every state, forward and back.
        Assert.Superset(new HashSet<(SlotState, SlotState)>
        {
            (SlotState.Broadcast, SlotState.Included), (SlotState.Included, SlotState.Confirmed), (SlotState.Confirmed, SlotState.Final),
            (SlotState.Included, SlotState.Broadcast), (SlotState.Confirmed, SlotState.Broadcast), (SlotState.Confirmed, SlotState.Included),
        }, steps);
    }

    private static async Task WalkAsync(int seed, HashSet<(SlotState, SlotState)> steps)
    {
        var random = new Random(seed);
        var scene = await SenderScene.StartAsync(new() { Confirmations = Confirmations }, profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), FinalityDepth = Finality });
        var (head, highest, branch, accounts) = (Block(100), 100UL, 0UL, 0);
        var mined = new SortedDictionary<ulong, (ulong Number, Hash32 Transaction)>();
        var last = new Dictionary<ulong, SlotState>();
        for (var step = 0; step < 60; step++)
        {
            switch (random.Next(6))
            {
                case 0 or 1:
                    await scene.OfferAsync($"{++accounts}");
                    break;
                // No deeper than what is final by the highest head: there another mechanism halts.
                case 2 when Math.Max(100, highest - Finality) is var lowest && head.Number > lowest:
                    var ancestor = head.Number - (ulong)random.Next(1, (int)(head.Number - lowest) + 1);
                    foreach (var (nonce, at) in mined.Where(entry => entry.Value.Number > ancestor).ToArray())
                    {
                        mined.Remove(nonce);
                        scene.Chain.Receipts.Remove(at.Transaction);
                    }
                    scene.Chain.TransactionCount = 5 + (ulong)mined.Count;
                    scene.Sender.OnReorg(ancestor);
                    (head, branch) = (Block(ancestor, branch), branch + 1);
                    if (random.Next(2) == 0) MineSome();
                    await NextAsync();
                    break;
                default:
                    MineSome();
                    await NextAsync();
                    break;
            }
            await LookAsync($"seed {seed}, step {step}");
        }

        // Any attempt of the lowest nonces, into the next block.
        void MineSome()
        {
            var next = 5 + (ulong)mined.Count;
            while (random.Next(3) > 0 && scene.Journal.All<JournalEntry.Signed>().Where(signed => signed.Nonce == next).ToArray() is { Length: > 0 } attempts)
            {
                var attempt = attempts[random.Next(attempts.Length)];
                scene.Mine(attempt, NextBlock(), items: attempt.IsCancel ? [] : [(true, [])]);
                mined[next++] = (head.Number + 1, attempt.Hash);
            }
        }

        BlockRef NextBlock() => Block(head.Number + 1, branch, head);

        Task NextAsync()
        {
            head = NextBlock();
            highest = Math.Max(highest, head.Number);
            return scene.HeadAsync(head);
        }

        async Task LookAsync(string where)
        {
            var status = (await scene.AskAsync(new ControlRequest.Status())).Status;
            Assert.True(status.Halted is null, $"{where}: {status.Halted}");
            var kept = status.Slots.Concat(status.Settled).ToDictionary(slot => slot.Nonce);
            for (var nonce = 5UL; nonce < status.NextNonce; nonce++)
            {
                var state = kept.TryGetValue(nonce, out var slot) ? slot.State : SlotState.Final;
                Assert.True(state == ByTheChain(nonce), $"{where}: nonce {nonce} is {state}, by the chain {ByTheChain(nonce)}");
                if (last.TryGetValue(nonce, out var before))
                {
                    Assert.True(Allowed[before].Contains(state), $"{where}: nonce {nonce} went from {before} to {state}");
                    steps.Add((before, state));
                }
                last[nonce] = state;
            }
        }

        SlotState ByTheChain(ulong nonce)
        {
            if (last.TryGetValue(nonce, out var before) && before == SlotState.Final) return SlotState.Final;
            if (!mined.TryGetValue(nonce, out var block)) return SlotState.Broadcast;
            var above = head.Number - block.Number;
            return above > Finality ? SlotState.Final : above + 1 >= Confirmations ? SlotState.Confirmed : SlotState.Included;
        }
    }
}
