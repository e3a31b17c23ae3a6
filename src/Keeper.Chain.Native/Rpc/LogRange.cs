using Keeper.Core.Chain;

namespace Keeper.Chain.Native.Rpc;

/// <summary>Reads long ranges in pieces as wide as the node bears: a refusal halves the width, down to one block; success lets it grow again.</summary>
internal sealed class LogRange(RpcRouter rpc, ulong maxWidth)
{
    private ulong _width = Math.Max(1, maxWidth);

    public async Task<List<Log>> ReadAsync(LogCheck check, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        var logs = new List<Log>();
        var width = Volatile.Read(ref _width);
        for (var from = fromBlock; from <= toBlock;)
        {
            var to = Math.Min(toBlock, from + width - 1);
            var (first, last) = (from, to);
            var piece = await rpc.ReadAsync([Calls.Logs(check.Filter, first, last)], answers => ReadPiece(answers[0], check, first, last), cancellation).ConfigureAwait(false);
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
    private static List<Log>? ReadPiece(RpcAnswer answer, LogCheck check, ulong from, ulong to)
    {
        if (answer.Error is { } error && to > from && RpcWording.IsRangeTooWide(error)) return null;
        return check.Sorted(Wire.Read(answer, LogJson.ReadMany), from, to);
    }
}
