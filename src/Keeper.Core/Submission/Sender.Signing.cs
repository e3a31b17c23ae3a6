using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Planning;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Telemetry;

namespace Keeper.Core.Submission;

public sealed partial class Sender
{
    /// <summary>Why the key gave no signature, and the newest block then: until the next one nobody waits for it again.</summary>
    private (ulong Block, SigningException Error)? _signerFailure;

    /// <summary>
    /// Asks the key, which may be in another process that is slow or gone. A failure costs one wait a block, whatever is in flight: the first attempt
    /// that meets it is not made, its nonce is not taken, and every other earlier attempt stands.
    /// </summary>
    private async ValueTask<SignedTransaction?> AskSignerAsync(TransactionFields fields, JournalEntry.Intended intent, Slot? slot, CancellationToken cancellation)
    {
        var block = NewestBlock;
        if (_signerFailure is { } last && last.Block == block)
        {
            SignerFailed(last.Error, intent, slot);
            return null;
        }
        var began = time.GetTimestamp();
        try
        {
            var signed = await signer!.SignAsync(fields, cancellation).ConfigureAwait(false);
            SenderInstruments.SignerAnswered(null, time.GetElapsedTime(began));
            _signerFailure = null;
            return signed;
        }
        catch (SigningException error)
        {
            SenderInstruments.SignerAnswered(error.Fault, time.GetElapsedTime(began));
            // What an answer says of one transaction says nothing of the next: only a silence is not waited for again.
            if (error.Fault == SigningFault.Unreachable) _signerFailure = (block, error);
            SenderLog.SignerFailed(logger, intent.Nonce, Label.Of(error.Fault), error.Message, slot is null ? "not sent" : "its earlier bytes stand");
            SignerFailed(error, intent, slot);
            if (error.Fault == SigningFault.OtherTransaction) await TripAsync(Breaker.Signer, error.Message, isManual: false, cancellation).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>The accounts of a first attempt are planned anew at once: nothing is wrong with them.</summary>
    private void SignerFailed(SigningException error, JournalEntry.Intended intent, Slot? slot)
    {
        if (slot is not null) return;
        foreach (var account in intent.Items.Select(item => item.Account).Distinct()) skipReport.Tell(new(account, SkipReason.SignerFailed, error.Message));
    }
}
