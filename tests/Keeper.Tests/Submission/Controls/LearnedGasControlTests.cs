using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>What was learned of the calls' gas has become too little.</summary>
public sealed class LearnedGasControlTests
{
    private const ulong Cold = 100_000;
    private const int Accounts = 20;

    /// <summary><c>InsufficientGas(uint256)</c></summary>
    private const uint InsufficientGas = 0xb22db895;

    /// <summary>
    /// The batch that the figure makes room for would need more than a transaction may have, so that the sender cannot ask for all of it at once. Fails if
    /// anything but forgetting brought smaller batches about.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_forgetting_what_was_refused_for_its_gas_the_same_batch_is_refused_in_every_block(bool doesForget)
    {
        var (scene, learned) = await SceneAsync(new(2_000_000));
        var rounds = doesForget ? new Rounds(scene) : new Rounds(scene) { Experience = learned };
        for (var block = 100UL; block < 120; block++)
        {
            await rounds.DecideAsync(block);
            await scene.NextAsync();
        }
        Assert.Equal(doesForget ? Accounts : 0, Enumerable.Range(0, Accounts).Count(account => scene.Sender.IsOpen($"lend:{account}")));
        Assert.Equal(doesForget, scene.Sent.Count > 0);
    }

    [Fact]
    public async Task Gas_that_was_learned_too_low_is_asked_for_anew_in_the_same_round()
    {
        var (scene, _) = await SceneAsync(new(4_000_000));
        var plan = Assert.Single(await new Rounds(scene).DecideAsync(100));
        Assert.Single(scene.Sent);
        Assert.True(scene.Signer.Signed[0].GasLimit > plan.GasLimit);
    }

    /// <summary>A transaction may not have what the adapter says. Fails if forgetting alone were as fast.</summary>
    [Fact]
    public async Task Without_asking_anew_in_the_same_round_a_block_is_lost()
    {
        var (scene, _) = await SceneAsync(new(2_000_000));
        var rounds = new Rounds(scene);
        await rounds.DecideAsync(100);
        Assert.Empty(scene.Sent);
        await scene.NextAsync();
        await rounds.DecideAsync(101);
        Assert.NotEmpty(scene.Sent);
    }

    /// <summary>Its sender has learned that a call needs a third of what it needs by now, and so has the other.</summary>
    private static async Task<(SenderScene Scene, GasExperience Learned)> SceneAsync(Gas gasCap)
    {
        var lend = new ScriptedProtocol(new()).WithAccounts([.. Enumerable.Range(0, Accounts).Select(account => $"{account}")]);
        lend.Calls = (_, _) => [ScriptedProtocol.Call(Usd.Whole(100), expectedGas: Cold, gasLimit: 2 * Cold)];
        var scene = new SenderScene(lend: lend, profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), TransactionGasCap = gasCap });
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default);
        var calls = Enumerable.Range(0, Accounts).SelectMany(account => lend.Calls(account, 0)).ToArray();
        var learned = new GasExperience();
        foreach (var experience in (GasExperience[])[scene.Sender.Experience, learned])
            experience.Learn(calls, new((ExecutorGas.Around(calls).Value + Cold + Cold / 3 * (Accounts - 1)) / 5 * 4));
        scene.Chain.Answer = (call, _) =>
        {
            var items = ScriptedChain.ItemCount(call);
            return call.GasLimit < ExecutorGas.Around(calls.Take(items)) + new Gas(Cold * (ulong)items) ? new CallResult.Reverted(new AbiWriter().ToCall(InsufficientGas)) : ScriptedChain.AllSucceed(call);
        };
        return (scene, learned);
    }
}
