using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>
/// One account that fails in the same way whenever it is tried, from planner to receipt, for each class of failure: with the pauses, and with a planner
/// that is told that nobody backs off. Fails where anything else than the pauses passed the account over.
/// </summary>
public sealed class BackoffControlTests
{
    private const ulong Blocks = 40;

    /// <summary><c>ExecutorPaused()</c>: the fault of no account.</summary>
    private const uint ExecutorPaused = 0x28c74f89;

    /// <summary>A hint or a released account has the loop decide more than once on a block.</summary>
    private const int DecisionsPerBlock = 3;

    /// <param name="isPaidFor">Each try ends in a transaction that is mined.</param>
    [Theory]
    [InlineData(BackoffReason.BatchRefused, false)]
    [InlineData(BackoffReason.SimulationRefused, false)]
    [InlineData(BackoffReason.PolicyRefused, false)]
    [InlineData(BackoffReason.BatchReverted, true)]
    [InlineData(BackoffReason.NodeRefused, true)]
    [InlineData(BackoffReason.Reverted, true)]
    [InlineData(BackoffReason.Quarantined, true)]
    public async Task Without_its_pauses_an_account_that_always_fails_is_tried_in_every_block(BackoffReason reason, bool isPaidFor)
    {
        var (tries, settled) = await TryAsync(reason, doesPause: true);
        var (naiveTries, naiveSettled) = await TryAsync(reason, doesPause: false);
        Assert.True(naiveTries >= (int)Blocks, $"{naiveTries} tries without pauses");
        Assert.True(tries > 0 && tries * 3 <= naiveTries, $"{tries} tries with pauses, {naiveTries} without");
        Assert.Equal(isPaidFor ? (tries, naiveTries) : (0, 0), (settled, naiveSettled));
    }

    private static async Task<(int Tries, int Settled)> TryAsync(BackoffReason reason, bool doesPause)
    {
        var lend = new ScriptedProtocol(new()).WithAccounts("1");
        // The breakers would end it otherwise, which is not what is shown here.
        var scene = new SenderScene(lend: lend, breakers: new() { ConsecutiveReverts = 1_000, GasWithoutSuccess = Wei.FromGwei(1_000_000_000_000) });
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default);
        lend.Calls = (_, _) => [ScriptedProtocol.Call(Usd.Whole(100)) with { Target = reason == BackoffReason.PolicyRefused ? ScriptedProtocol.AddressOf(0xbad) : lend.Settings.Address }];
        scene.Chain.Answer = (call, _) => reason switch
        {
            BackoffReason.BatchRefused => new CallResult.Reverted(new AbiWriter().ToCall(ExecutorPaused)),
            BackoffReason.SimulationRefused => ScriptedChain.Items((false, [7])),
            _ => ScriptedChain.AllSucceed(call),
        };
        var rounds = doesPause ? new Rounds(scene) : new Rounds(scene) { IsBackingOff = (_, _) => false };
        var tries = 0;
        for (var block = 100UL; block < 100 + Blocks; block++)
        {
            for (var i = 0; i < DecisionsPerBlock; i++)
            {
                if (reason == BackoffReason.NodeRefused && !scene.Sender.IsOpen("lend:1")) scene.Chain.SendAnswers.Enqueue(new(SendError.GasLimit, "exceeds block gas limit"));
                tries += (await rounds.DecideAsync(block)).Count;
                scene.Chain.SendAnswers.Clear();
            }
            if (scene.Journal.All<JournalEntry.Signed>().LastOrDefault() is { } signed && signed.Nonce == scene.Chain.TransactionCount) Mine(signed);
            await scene.NextAsync();
        }
        return (tries, scene.Journal.All<JournalEntry.Settled>().Count);

        void Mine(JournalEntry.Signed signed) => _ = reason switch
        {
            BackoffReason.NodeRefused => scene.Mine(signed),
            BackoffReason.BatchReverted => scene.Mine(signed, succeeded: false),
            BackoffReason.Reverted => scene.Mine(signed, items: (false, [7])),
            _ => scene.Mine(signed, items: (false, [])),
        };
    }
}
