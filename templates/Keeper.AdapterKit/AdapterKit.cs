using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.AdapterKit;

/// <summary>
/// What every adapter must do, whatever its protocol: state that goes back with the undo log and comes back from a snapshot, judgements that change nothing, logs and answers
/// of strangers that do no harm. Whether it judges as its contract does only a comparison with the contract can say.
/// </summary>
public static class AdapterKit
{
    private const int MaxDetail = 512;

    /// <returns>What is wrong, in words; empty when nothing is.</returns>
    public static IReadOnlyList<string> Check(KitScene scene)
    {
        var wrong = new List<string>();
        var run = new KitRun(scene);
        var prints = Follow(scene, run, wrong);
        GoBackAndForth(scene, run, prints, wrong);
        var last = scene.Blocks[^1].Block;
        CheckReplay(scene, run, last, wrong);
        CheckSnapshot(scene, run, last, wrong);
        CheckBrokenLogs(scene, run, last, wrong);
        CheckActivity(scene, run, wrong);
        CheckPlans(run, last, wrong);
        CheckExplain(run.Protocol, wrong);
        CheckAnswers(scene, last, wrong);
        return [.. wrong.Distinct()];
    }

    /// <summary>Block by block; what is looked at must be the same when it is looked at again.</summary>
    private static List<string> Follow(KitScene scene, KitRun run, List<string> wrong)
    {
        run.Source();
        var prints = new List<string> { run.Fingerprint(0) };
        var keys = new List<string>();
        foreach (var block in scene.Blocks)
        {
            run.Enter(block);
            var (protocol, time) = (run.Protocol, block.Block.Timestamp);
            var print = run.Fingerprint(time);
            for (var account = protocol.AccountCount - 1; account >= 0; account--)
            {
                run.Judged(account, time + 3_600);
                run.Planned(account, time + 3_600);
                protocol.AuditReads(account, time);
                protocol.RepairReads(account);
            }
            if (run.Fingerprint(time) != print) wrong.Add($"block {block.Block.Number}: judging, planning or asking changed the state, or what it says is not always the same");
            if (!protocol.Filter.SameAs(protocol.Filter) || !protocol.Hints.Widest.Addresses.All(protocol.Filter.Widest.Addresses.Contains) || !protocol.Hints.Widest.Topics.All(protocol.Filter.Widest.Topics.Contains))
                wrong.Add($"block {block.Block.Number}: the hints are no part of the filter, or the filter is not always the same");
            string[] named = [.. Enumerable.Range(0, protocol.AccountCount).Select(protocol.KeyOf)];
            if (named.Distinct().Count() != named.Length) wrong.Add($"block {block.Block.Number}: two accounts have one name");
            if (named.Length < keys.Count || !named.Take(keys.Count).SequenceEqual(keys)) wrong.Add($"block {block.Block.Number}: an account did not keep its number");
            keys = [.. named];
            prints.Add(print);
        }
        return prints;
    }

    /// <summary>Undo equality: each frame that is rolled back leaves what was before it, and the same blocks lead to the same state again.</summary>
    private static void GoBackAndForth(KitScene scene, KitRun run, List<string> prints, List<string> wrong)
    {
        for (var block = scene.Blocks.Count - 1; block >= 0; block--)
        {
            run.Undo.Rollback();
            var print = run.Fingerprint(block == 0 ? 0 : scene.Blocks[block - 1].Block.Timestamp);
            if (print != prints[block]) wrong.Add($"block {scene.Blocks[block].Block.Number}, {Difference(prints[block], print)}: the state before it did not come back when it was undone");
        }
        for (var block = 0; block < scene.Blocks.Count; block++)
        {
            run.Enter(scene.Blocks[block]);
            var print = run.Fingerprint(scene.Blocks[block].Block.Timestamp);
            if (print != prints[block + 1]) wrong.Add($"block {scene.Blocks[block].Block.Number}, {Difference(prints[block + 1], print)}: after a reorg the same blocks led to another state");
        }
    }

    /// <summary>The first line in which two prints differ.</summary>
    private static string Difference(string before, string after)
    {
        var (was, now) = before.Split('\n').Zip(after.Split('\n')).FirstOrDefault(pair => pair.First != pair.Second);
        return was is null ? "of which one has more lines" : $"'{Cut(was)}' is now '{Cut(now)}'";

        static string Cut(string line) => line.Length > MaxDetail ? line[..MaxDetail] : line.TrimEnd();
    }

    /// <summary>Replay equality: history without frames is the state that following the blocks has led to.</summary>
    private static void CheckReplay(KitScene scene, KitRun followed, BlockRef last, List<string> wrong)
    {
        var run = new KitRun(scene);
        run.Replay(scene.Blocks);
        run.Settle(last);
        Compare(run, followed, last, "a replay of the history", wrong);
    }

    private static void CheckSnapshot(KitScene scene, KitRun followed, BlockRef last, List<string> wrong)
    {
        var run = new KitRun(scene);
        run.Load(followed.Saved());
        run.Settle(last);
        Compare(run, followed, last, "a snapshot that was loaded", wrong);
    }

    private static void Compare(KitRun run, KitRun followed, BlockRef last, string what, List<string> wrong)
    {
        if (!run.Saved().AsSpan().SequenceEqual(followed.Saved())) wrong.Add($"{what} does not save as the state that followed the blocks does");
        if (run.Verdicts(last.Timestamp) != followed.Verdicts(last.Timestamp)) wrong.Add($"{what} judges or plans otherwise than the state that followed the blocks");
    }

    /// <summary>A log that is not what its event says is refused and changes nothing, or changes what it may.</summary>
    private static void CheckBrokenLogs(KitScene scene, KitRun run, BlockRef last, List<string> wrong)
    {
        var before = run.Fingerprint(last.Timestamp);
        foreach (var log in scene.Blocks.SelectMany(block => block.Logs).Where(run.Protocol.Filter.Matches).DistinctBy(log => (log.Address, log.Topic0)))
        {
            Log[] broken = [log with { Data = log.Data.ToArray().Append((byte)1).ToArray() }, log with { Data = log.Data[..Math.Max(0, log.Data.Length - 1)] }, log with { Data = Enumerable.Repeat((byte)0xff, log.Data.Length).ToArray() }, log with { TopicCount = 1 }];
            foreach (var one in broken)
            {
                run.Undo.Push();
                try
                {
                    run.Protocol.ActivityOf(one);
                    run.Protocol.Apply(one);
                }
                catch (Exception error) when (error is AbiException or MirrorException or ArithmeticException)
                {
                    if (error is AbiException && run.Fingerprint(last.Timestamp) != before) wrong.Add($"a log of {log.Topic0} that it refused changed the state");
                }
                catch (Exception error)
                {
                    wrong.Add($"a broken log of {log.Topic0} threw {error.GetType().Name}");
                }
                run.Undo.Rollback();
            }
        }
        if (run.Fingerprint(last.Timestamp) != before) wrong.Add("a broken log left something that was not undone");
    }

    private static void CheckActivity(KitScene scene, KitRun run, List<string> wrong)
    {
        var fresh = new KitRun(scene).Protocol;
        foreach (var log in scene.Blocks.SelectMany(block => block.Logs))
        {
            if (fresh.ActivityOf(log) != run.Protocol.ActivityOf(log)) wrong.Add($"whose account a log of {log.Topic0} is about hangs on the state");
            if (run.Protocol.ActivityOf(log with { Address = default }) is not null) wrong.Add($"a log of {log.Topic0} of a stranger is taken for the protocol's");
        }
    }

    private static void CheckPlans(KitRun run, BlockRef last, List<string> wrong)
    {
        var protocol = run.Protocol;
        for (var account = 0; account < protocol.AccountCount; account++)
        {
            var kind = run.Judged(account, last.Timestamp)?.Kind;
            foreach (var call in run.Planned(account, last.Timestamp))
            {
                if (kind is not (VerdictKind.Liquidatable or VerdictKind.BadDebt)) wrong.Add($"account {protocol.KeyOf(account)} is {kind}, and something is planned");
                if (!protocol.Functions.Any(function => (function.Target, function.Selector) == call.Function)) wrong.Add($"{call.What} calls what is not among the functions");
                if (!protocol.RewardTokens.Contains(call.Token)) wrong.Add($"{call.What} pays in a token that is not among the reward tokens");
                if (call.ExpectedGas.Value == 0 || call.ExpectedGas > call.GasLimit) wrong.Add($"{call.What} is expected to use {call.ExpectedGas} of {call.GasLimit} gas");
            }
        }
    }

    private static void CheckExplain(IProtocol protocol, List<string> wrong)
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var data = new byte[i % 7 == 0 ? 5_000 : random.Next(140)];
            random.NextBytes(data);
            // Error(string), whose text anybody may write.
            if (i % 3 == 0 && data.Length > 4) (data[0], data[1], data[2], data[3]) = (0x08, 0xc3, 0x79, 0xa0);
            try
            {
                var failure = protocol.Explain(data);
                if (failure.Detail.Length > MaxDetail || failure.Detail.Any(char.IsControl)) wrong.Add("what a revert means is too long, or has control characters");
                if (failure is { IsKnown: false, NoLongerNeeded: true }) wrong.Add("a revert that nobody knows is taken for a race");
            }
            catch (Exception error)
            {
                wrong.Add($"what a revert means threw {error.GetType().Name}");
            }
        }
    }

    /// <summary>Answers of contracts that lie: refused as the ABI's reader refuses them, and in no other way.</summary>
    private static void CheckAnswers(KitScene scene, BlockRef last, List<string> wrong)
    {
        ReadOnlyMemory<byte>[] garbage = [Array.Empty<byte>(), new byte[31], new byte[33], Enumerable.Repeat((byte)0xff, 32 * 20).ToArray(), new byte[1 << 20]];
        foreach (var answer in garbage)
        {
            var run = new KitRun(scene);
            run.Replay(scene.Blocks);
            for (var round = 0; round < 2; round++)
            {
                foreach (var read in run.Protocol.SourceReads().Concat(run.Protocol.MissingReads()).Concat(run.Protocol.PollReads()).ToArray())
                {
                    try
                    {
                        read.Apply(answer);
                    }
                    catch (Exception error) when (error is AbiException or MirrorException or ArithmeticException)
                    {
                        // Refused.
                    }
                    catch (Exception error)
                    {
                        wrong.Add($"{read.What}: an answer of {answer.Length} bytes threw {error.GetType().Name}");
                    }
                }
            }
            for (var account = 0; account < run.Protocol.AccountCount; account++) run.Planned(account, last.Timestamp);
        }
    }
}
