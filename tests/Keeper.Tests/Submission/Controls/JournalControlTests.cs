using Keeper.Core.Journal;
using Keeper.Journal.Sqlite;
using Keeper.Tests.Journal;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission.Controls;

/// <summary>A journal that has no room any more, and a sender that takes no notice.</summary>
public sealed class JournalControlTests
{
    /// <summary>
    /// The naive journal notes that its disk is full and lets the sender go on. Fails if the bytes waited for anything but the commit, or if a start found
    /// elsewhere what had been sent.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_heed_of_a_full_disk_what_was_sent_is_unknown_after_a_restart_and_its_nonce_is_signed_twice(bool isHeeded)
    {
        using var disk = new FewPages();
        var path = disk.Directory.File("keeper.db");
        var before = await SenderScene.StartAsync();
        await using (var journal = await SqliteJournal.OpenAsync(new() { Path = path }, before.Time))
        {
            var isFull = false;
            before.Journal.Appending = entries =>
            {
                if (isFull) return;
                try
                {
                    journal.AppendAsync(entries, default).AsTask().GetAwaiter().GetResult();
                }
                catch (JournalException) when (!isHeeded)
                {
                    isFull = true;
                }
            };
            await before.OfferAsync("1");
            disk.Fill(journal);
            Assert.Equal(isHeeded, await before.OfferUntilStoppedAsync() is not null);
        }

        await using var again = await SqliteJournal.OpenAsync(new() { Path = path }, before.Time);
        var after = await SenderScene.StartAsync(journal: await VolatileJournal.CopyOfAsync(again, before.Time));
        Assert.Equal(isHeeded, before.Sent.Distinct().All(after.Sent.Contains));
        await after.OfferAsync("another");
        var nonces = before.Signer.Signed.Where(signed => before.Sent.Any(sent => sent.StartsWith($"nonce {signed.Nonce} ", StringComparison.Ordinal))).Select(signed => signed.Nonce);
        Assert.Equal(!isHeeded, nonces.Contains(Assert.Single(after.Signer.Signed).Nonce));
    }
}
