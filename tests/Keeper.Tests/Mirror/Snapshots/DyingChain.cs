using Keeper.Core.Chain;
using Keeper.Tests.Support;

namespace Keeper.Tests.Mirror.Snapshots;

/// <summary>A chain whose node answers so many requests for logs, and then none.</summary>
internal sealed class DyingChain(ScriptedChain inner, int after, Action answered) : ForwardingChain(inner)
{
    private int _left = after;

    public override async Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        if (_left-- == 0) throw new ChainException("the node has died");
        var logs = await Inner.GetLogsAsync(filter, fromBlock, toBlock, cancellation);
        answered();
        return logs;
    }
}
