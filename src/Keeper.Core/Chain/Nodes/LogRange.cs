using Keeper.Core.Chain.Completeness;

namespace Keeper.Core.Chain.Nodes;

/// <summary>
/// Reads long ranges in pieces as wide as the node bears: a refusal halves the width, down to one block; success lets it grow again. There are no headers that
/// could prove them: two endpoints must agree, where two answer.
/// </summary>
internal sealed class LogRange(Agreement agreement, ulong maxWidth)
{
    private ulong _width = Math.Max(1, maxWidth);

    /// <param name="checks">Those of a filter: each is read by itself.</param>
    public async Task<IReadOnlyList<Log>> ReadAsync(IReadOnlyList<LogCheck> checks, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        var answers = new List<IReadOnlyList<Log>>();
        foreach (var check in checks) answers.Add(await ReadAsync(check, fromBlock, toBlock, cancellation).ConfigureAwait(false));
        return LogCheck.Merged(answers);
    }

    private async Task<List<Log>> ReadAsync(LogCheck check, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        var logs = new List<Log>();
        var width = Volatile.Read(ref _width);
        for (var from = fromBlock; from <= toBlock;)
        {
            var to = Math.Min(toBlock, from + width - 1);
            var (first, last) = (from, to);
            var piece = await agreement.ReadAsync((node, token) => ReadPieceAsync(node, check, first, last, token), LogCheck.AreSame, cancellation).ConfigureAwait(false);
            if (piece is null)
            {
                width = (to - from + 1) / 2; // at least 1: a single block that is refused throws
                Volatile.Write(ref _width, width);
                continue;
            }
            logs.AddRange(piece);
            if (to == ulong.MaxValue) break;
            from = to + 1;
            width = Math.Min(maxWidth, width + Math.Max(1, width / 4));
        }
        return logs;
    }

    /// <summary>Null where a narrower range should be asked for.</summary>
    private static async Task<IReadOnlyList<Log>?> ReadPieceAsync(INode node, LogCheck check, ulong from, ulong to, CancellationToken cancellation)
    {
        try
        {
            return await node.GetLogsAsync(check, from, to, cancellation).ConfigureAwait(false);
        }
        catch (NodeErrorException error) when (to > from && RpcWording.IsRangeTooWide(error.Failure))
        {
            return null;
        }
    }
}
