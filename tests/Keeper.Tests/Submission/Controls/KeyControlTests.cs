using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Telemetry;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission.Controls;

/// <summary>What becomes of the key's nonces and signatures where nobody looks.</summary>
public sealed class KeyControlTests
{
    private static readonly Address Foreign = ScriptedProtocol.AddressOf(0xbad);

    /// <summary>
    /// Another program sends with the key and is always first. How long it takes to be certain of that follows from the block time, so that on a
    /// chain of one block a day it is never reached here. Fails if anything else stopped the signing or released the accounts.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_halt_for_foreign_nonces_a_key_that_another_program_uses_signs_on_and_holds_its_accounts_for_ever(bool isWatched)
    {
        var scene = await SenderScene.StartAsync(profile: TestProfile.Fast with { BlockTime = isWatched ? TimeSpan.FromSeconds(12) : TimeSpan.FromDays(1) });
        for (var i = 0; i < 12; i++)
        {
            await scene.OfferAsync($"{i}");
            scene.Chain.TransactionCount++;
            await scene.NextAsync();
        }
        for (var i = 0; i < 12; i++) await scene.NextAsync();
        var signed = scene.Journal.All<JournalEntry.Signed>().Count;
        Assert.Equal(isWatched, scene.Sender.Halted?.StartsWith("foreign_nonce", StringComparison.Ordinal) == true);
        Assert.True(isWatched ? signed < 6 : signed == 12, $"{signed} were signed");
        Assert.Equal(isWatched ? 0 : 12, Enumerable.Range(0, 12).Count(i => scene.Sender.IsOpen($"lend:{i}")));
    }

    /// <summary>
    /// A pool holds another program's transactions of the key and takes none of ours; with another word for it nobody knows. Fails if anything else stopped the signing.
    /// </summary>
    [Theory]
    [InlineData(SendError.AddressReserved, 1)]
    [InlineData(SendError.PoolFull, 6)]
    public async Task Without_the_halt_for_a_reserved_address_everything_is_signed_that_no_pool_takes(SendError word, int signed)
    {
        var scene = await SenderScene.StartAsync();
        scene.Chain.Sending = _ => scene.Chain.SendAnswers.Enqueue(new(word, "as the node words it"));
        for (var i = 0; i < 6; i++) await scene.OfferAsync($"{i}");
        Assert.Equal(signed, scene.Signer.Signed.Count);
    }

    /// <summary>
    /// An operator's word is written as it came, as if <see cref="NonceAdoption"/> had no say. A chain takes nonces in their order alone: what is
    /// behind the hole is never mined. Fails if recovery or the sender corrected the number.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_judge_of_an_adopted_nonce_a_wrong_word_leaves_a_hole_that_nothing_is_mined_behind(bool isJudged)
    {
        var before = await SenderScene.StartAsync();
        await before.OfferAsync("1");
        MineInOrder(before);
        await before.NextAsync();
        before.Chain.TransactionCount = 7;
        for (var i = 0; i < 5; i++) await before.NextAsync();
        Assert.StartsWith("foreign_nonce", before.Sender.Halted);
        if (isJudged)
        {
            Assert.Contains("too high", (await before.AskAsync(new ControlRequest.AdoptNonce(9))).Refusal);
            Assert.Null((await before.AskAsync(new ControlRequest.AdoptNonce(null))).Refusal);
        }
        else
        {
            await before.Journal.AppendAsync(
                [new JournalEntry.Adopted(before.Signer.Address, 9, "an operator said so"), new JournalEntry.BreakerChanged(Label.Of(Breaker.ForeignNonce), false, true, "", 0)], default);
        }

        var after = await SenderScene.StartAsync(journal: before.Journal, setUp: scene =>
        {
            scene.Chain.TransactionCount = 7;
            foreach (var (hash, receipt) in before.Chain.Receipts) scene.Chain.Receipts[hash] = receipt;
        });
        await after.OfferAsync("2");
        for (var i = 0; i < 60; i++)
        {
            MineInOrder(after);
            await after.NextAsync();
        }
        Assert.Equal(isJudged ? 8UL : 7UL, after.Chain.TransactionCount);
        // The hole is told by name at least, and nothing is signed behind it.
        Assert.Equal(isJudged ? null : "lost_nonce: nonce 7", after.Sender.Halted?[..19]);
        Assert.Equal(isJudged ? 2 : 1, after.Journal.All<JournalEntry.Signed>().Count);
    }

    /// <summary>
    /// A reorg takes out what was final and forgotten. Where the node goes on telling the old count, as if nobody looked, what is signed behind the hole is never mined.
    /// Fails if anything else noticed the hole.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_the_halt_for_a_lost_nonce_everything_is_signed_behind_a_hole_that_nothing_is_mined_behind(bool isTold)
    {
        var scene = await SenderScene.StartAsync(profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), FinalityDepth = 2 });
        await scene.OfferAsync("1");
        MineInOrder(scene);
        for (var i = 0; i < 5; i++) await scene.NextAsync();
        scene.Chain.Receipts.Clear();
        if (isTold) scene.Chain.TransactionCount = 5;
        scene.Sender.OnReorg(100);
        for (var i = 0; i < 5; i++)
        {
            await scene.HeadAsync(TestChainData.Block(101 + (ulong)i, branch: 1));
            await scene.OfferAsync($"{2 + i}");
        }
        // The chain's next nonce is 5, whatever it tells.
        Assert.DoesNotContain(5UL, scene.Journal.All<JournalEntry.Intended>().Skip(1).Select(intent => intent.Nonce));
        Assert.Equal(isTold ? 0 : 5, scene.Sender.SlotCount);
        Assert.Equal(isTold, scene.Sender.Halted?.StartsWith("lost_nonce", StringComparison.Ordinal) == true);
    }

    /// <summary>A signer in another process answers with another transaction. Whoever takes its bytes for what was asked, unread, sends them.</summary>
    /// <remarks>Fails if anything but the reading of the answer looked at the bytes that leave.</remarks>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_look_at_the_signers_answer_another_transaction_leaves(bool isRead)
    {
        var scene = await SenderScene.StartAsync(signer: isRead ? new ForgingSigner() : new NaiveReader(new ForgingSigner()));
        await scene.OfferAsync("1");
        Assert.Equal(isRead ? [] : [$"all that the key has to {Foreign}"], scene.Sent);
        Assert.Equal(isRead, scene.Sender.Halted?.StartsWith("signer", StringComparison.Ordinal) == true);
    }

    /// <summary>A chain: the next nonce is mined, no other.</summary>
    private static void MineInOrder(SenderScene scene)
    {
        if (scene.Journal.All<JournalEntry.Signed>().LastOrDefault(signed => signed.Nonce == scene.Chain.TransactionCount) is { } next) scene.Mine(next, items: (true, []));
    }

    /// <summary>Signs something else, and whoever reads its bytes back sees that.</summary>
    private sealed class ForgingSigner : ISigner
    {
        public Address Address => ScriptedProtocol.AddressOf(0x0b);

        public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation)
        {
            var raw = Encoding.UTF8.GetBytes($"all that the key has to {Foreign}");
            return ValueTask.FromResult(new SignedTransaction(Keccak.Hash(raw), raw, Address, transaction with { To = Foreign }));
        }
    }

    /// <summary>Does not read the bytes back: it says that they are what was asked for.</summary>
    private sealed class NaiveReader(ISigner signer) : ISigner
    {
        public Address Address => signer.Address;

        public async ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation) =>
            await signer.SignAsync(transaction, cancellation) with { Fields = transaction, Sender = Address };
    }
}
