using System.Runtime.CompilerServices;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.EndToEnd;

/// <summary>A real client of a node that leaves out every log whose first indexed argument is one account's id, for as long as a test wants it.</summary>
internal sealed class OmittingChain(IChainClient inner, Address contract, ulong account) : ForwardingChain(inner)
{
    private readonly Hash32 _account = new((UInt256)account);

    public volatile bool IsOmitting = true;

    public override async IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var told in Inner.FollowAsync(request, cancellation))
            yield return told is ChainEvent.Block block ? block with { Logs = [.. block.Logs.Where(IsTold)] } : told;
    }

    public override async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation) =>
        [.. (await Inner.GetLogsAsync(filter, fromBlock, toBlock, cancellation)).Where(IsTold)];

    public override async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, BlockRef block, CancellationToken cancellation) =>
        [.. (await Inner.GetLogsAsync(filter, block, cancellation)).Where(IsTold)];

    private bool IsTold(Log log) => !IsOmitting || log.Address != contract || log.TopicCount < 2 || log.Topic1 != _account;
}
