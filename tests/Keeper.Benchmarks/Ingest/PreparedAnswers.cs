using Keeper.Core.Chain.Nodes;

namespace Keeper.Benchmarks.Ingest;

/// <summary>A transport whose answers are in memory, one request after the other.</summary>
internal sealed class PreparedAnswers(IReadOnlyList<byte[]> answers) : IRpcTransport
{
    private int _next;

    public Task<T> ExchangeAsync<T>(ReadOnlyMemory<byte> payload, long firstId, int count, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellation) =>
        Task.FromResult(read(answers[_next++]));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
