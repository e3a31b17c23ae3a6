namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// Hands a transaction to all at once, nodes or relays; the first acceptance is the answer. Outside the retry on purpose: whether to
/// send again is a decision of the state machine that owns the nonce.
/// </summary>
internal sealed class FanOut : IAsyncDisposable
{
    private readonly CancellationTokenSource _lifetime = new();

    public async Task<SendResult> SendAsync(IReadOnlyList<Recipient> recipients, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // The caller's token ends its waiting, not the sends: bytes half told are no better than bytes told.
        List<Task<SendResult>> sends = [.. recipients.Select(SendAsync)];
        var results = new List<SendResult>();
        while (sends.Count > 0)
        {
            var done = await Task.WhenAny(sends).WaitAsync(cancellation).ConfigureAwait(false);
            sends.Remove(done);
            var result = await done.ConfigureAwait(false);
            // Known is as good: who rebroadcasts must not wait for a node that is silent.
            if (result.Error is SendError.None or SendError.Known) return result;
            results.Add(result);
        }
        return results.MinBy(result => Rank(result.Error));
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync().ConfigureAwait(false);
        _lifetime.Dispose();
    }

    /// <summary>What may be pending anywhere outweighs what was refused elsewhere; a refusal of the transaction outweighs one of that node's own limits.</summary>
    private static int Rank(SendError error) => error switch
    {
        SendError.Ambiguous => 0,
        SendError.Unknown => 1,
        SendError.NodeFeeCap or SendError.PoolFull => 3,
        _ => 2,
    };

    /// <summary>Never throws.</summary>
    private async Task<SendResult> SendAsync(Recipient recipient)
    {
        try
        {
            return await recipient.SendAsync(_lifetime.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever went wrong, the bytes may have arrived.
            return new SendResult(SendError.Ambiguous, error is ChainException or MalformedAnswerException ? ForeignText.Clean(error.Message) : $"{recipient.Name}: {error.GetType().Name}.");
        }
    }
}
