using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native;

/// <summary>
/// Hands a transaction to every endpoint at once; the first acceptance is the answer. Outside the retry pipeline on purpose: whether to
/// send again is a decision of the state machine that owns the nonce.
/// </summary>
internal sealed class TransactionSender(IReadOnlyList<EndpointClient> endpoints) : IAsyncDisposable
{
    private readonly CancellationTokenSource _lifetime = new();

    public async Task<SendResult> SendAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var hash = Keccak.Hash(raw.Span);
        // The caller's token ends its waiting, not the sends: bytes half told are no better than bytes told.
        List<Task<SendResult>> sends = [.. endpoints.Select(endpoint => SendAsync(endpoint, raw, hash))];
        var results = new List<SendResult>();
        while (sends.Count > 0)
        {
            var done = await Task.WhenAny(sends).WaitAsync(cancellation).ConfigureAwait(false);
            sends.Remove(done);
            var result = await done.ConfigureAwait(false);
            // Known is as good: who rebroadcasts must not wait for an endpoint that is silent.
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
    private async Task<SendResult> SendAsync(EndpointClient endpoint, ReadOnlyMemory<byte> raw, Hash32 hash)
    {
        try
        {
            return await endpoint.SendAsync([Calls.SendRaw(raw)], answers => Read(answers[0]), _lifetime.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever went wrong, the bytes may have arrived.
            return new SendResult(SendError.Ambiguous, error is ChainException ? ForeignText.Clean(error.Message) : $"{endpoint.Name}: {error.GetType().Name}.");
        }

        SendResult Read(RpcAnswer answer)
        {
            if (answer.Error is { } error) return new SendResult(error.ClassifySend(), error.Message);
            return Wire.Read(answer, Wire.Hash) == hash ? SendResult.Accepted : new SendResult(SendError.Ambiguous, $"{endpoint.Name} answered with the hash of another transaction.");
        }
    }
}
