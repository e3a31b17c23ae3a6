using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission.Controls;

/// <summary>A contract's code is replaced, and nobody looks.</summary>
public sealed class CodeControlTests
{
    /// <summary>Blinded by a node that tells the old code. Fails if anything but the comparison of code kept the signature back.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_look_at_the_code_a_replaced_contract_is_called(bool doesLook)
    {
        var scene = await SenderScene.StartAsync();
        var pinned = scene.Chain.CodeOf(SenderScene.Executor);
        scene.Chain.Codes[SenderScene.Executor] = [0x01];
        if (!doesLook) scene.Chain.TellsCode = _ => pinned;
        await scene.NextAsync();
        await scene.NextAsync();
        await scene.OfferAsync("1");
        Assert.NotEqual(pinned, scene.Chain.CodeOf(SenderScene.Executor));
        Assert.Equal(doesLook ? 0 : 1, scene.Sent.Count);
        Assert.Equal(doesLook, scene.Sender.Halted?.StartsWith("code_changed", StringComparison.Ordinal) == true);
    }

    /// <summary>
    /// The contract's code is replaced, and the node stops telling code. A reader that answers from its memory never grows old, and what it remembers
    /// is signed for. Fails if anything but the age of the reading kept the signature back.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_an_age_of_the_code_that_was_read_a_replaced_contract_is_called_a_thousand_blocks_later(bool hasAge)
    {
        var scene = await SenderScene.StartAsync();
        var contract = scene.Lend.Settings.Address;
        var pinned = scene.Chain.CodeOf(contract);
        scene.Chain.Codes[contract] = [0x01];
        if (hasAge) scene.Chain.CodeIsDown = true;
        else scene.Chain.TellsCode = _ => pinned;
        await scene.HeadAsync(Block(1_100));
        await scene.OfferAsync("1");
        Assert.NotEqual(pinned, scene.Chain.CodeOf(contract));
        Assert.Equal(hasAge ? 0 : 1, scene.Sent.Count);
        Assert.Equal(hasAge ? ["lend:1: policy_refused (code_hash)"] : [], scene.Skips);
    }
}
