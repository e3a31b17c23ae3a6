using System.Globalization;
using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.AdapterKit;

/// <summary>One adapter, led through a scene as the loop leads it.</summary>
internal sealed class KitRun
{
    private const int MaxRounds = 32;

    private readonly KitScene _scene;

    public KitRun(KitScene scene)
    {
        _scene = scene;
        Protocol = scene.Create(Undo);
    }

    public UndoLog Undo { get; } = new();
    public IProtocol Protocol { get; }

    /// <summary>A block that is linked: a frame, its logs, what must be read, what is polled.</summary>
    public void Enter(KitBlock block)
    {
        Undo.Push();
        Protocol.BeginBlock(block.Block);
        foreach (var log in block.Logs) if (Protocol.Filter.Matches(log)) Protocol.Apply(log);
        Settle(block.Block);
    }

    /// <summary>Whose logs are wanted: before the first of them.</summary>
    public void Source()
    {
        var block = _scene.Blocks[0].Block;
        for (var round = 0; round < MaxRounds && Protocol.SourceReads() is { Count: > 0 } reads; round++) foreach (var read in reads) Deliver(read, block);
    }

    /// <summary>History: logs alone, without frames.</summary>
    public void Replay(IEnumerable<KitBlock> blocks)
    {
        Source();
        foreach (var log in blocks.SelectMany(block => block.Logs)) if (Protocol.Filter.Matches(log)) Protocol.Apply(log);
    }

    public void Settle(BlockRef block)
    {
        Missing(block);
        for (var round = 0; round < MaxRounds && Protocol.PollReads() is { Count: > 0 } polls; round++)
        {
            foreach (var read in polls) Deliver(read, block);
            if (Protocol.Fidelity == ProtocolFidelity.EventExact) break;
        }
        Missing(block);
    }

    /// <summary>What logs have told, in the form of a snapshot.</summary>
    public byte[] Saved()
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        Protocol.Capture().Save(writer);
        writer.End();
        return stream.ToArray();
    }

    public void Load(byte[] saved)
    {
        var reader = new SnapshotReader(saved);
        Protocol.Load(ref reader);
        reader.RequireEnd();
    }

    /// <summary>Everything that can be seen of the state.</summary>
    public string Fingerprint(ulong timestamp)
    {
        var text = new StringBuilder();
        Add($"saved {Convert.ToHexString(Saved())}");
        Add($"filter {Words(Protocol.Filter)} hints {Words(Protocol.Hints)} oracles {Protocol.LatestOracleTime}");
        foreach (var status in Protocol.Feeds(timestamp)) Add($"feed {status}");
        foreach (var token in Protocol.RewardTokens) Add($"token {token}");
        foreach (var read in Protocol.MissingReads()) Add($"missing {read.What}");
        Add($"fidelity {Protocol.Fidelity}");
        // Where polls decide, what is asked next belongs to the block at hand: before another question a block is begun.
        if (Protocol.Fidelity == ProtocolFidelity.EventExact) foreach (var what in Protocol.PollReads().Select(read => read.What).Order(StringComparer.Ordinal)) Add($"polled {what}");
        text.Append(Verdicts(timestamp));
        return text.ToString();

        void Add(string line) => text.AppendLine(line);
    }

    /// <summary>What is decided.</summary>
    public string Verdicts(ulong timestamp)
    {
        var text = new StringBuilder();
        for (var account = 0; account < Protocol.AccountCount; account++)
        {
            text.Append(Protocol.KeyOf(account)).Append(' ').Append(Judged(account, timestamp)).AppendLine();
            foreach (var call in Planned(account, timestamp)) text.Append(CultureInfo.InvariantCulture, $"  {call.Target} {Hex.Encode(call.Data.Span)} {call.GasLimit} {call.ExpectedGas} {call.Token} {call.ExpectedReward} {call.What}").AppendLine();
        }
        return text.ToString();
    }

    /// <summary>Null where the amounts leave the range, which is a judgement too.</summary>
    public Verdict? Judged(int account, ulong timestamp)
    {
        try
        {
            return Protocol.Evaluate(account, timestamp);
        }
        catch (ArithmeticException)
        {
            return null;
        }
    }

    public IReadOnlyList<LiquidationCall> Planned(int account, ulong timestamp)
    {
        try
        {
            return Protocol.Plan(account, timestamp);
        }
        catch (ArithmeticException)
        {
            return [];
        }
    }

    private void Missing(BlockRef block)
    {
        var failed = new HashSet<string>();
        for (var round = 0; round < MaxRounds; round++)
        {
            var sources = Protocol.SourceReads();
            StateRead[] reads = [.. (sources.Count > 0 ? sources : Protocol.MissingReads()).Where(read => !failed.Contains(read.What))];
            if (reads.Length == 0) return;
            foreach (var read in reads) if (!Deliver(read, block)) failed.Add(read.What);
        }
        throw new InvalidOperationException($"After {MaxRounds} rounds of reads something is still missing: {Protocol.MissingReads()[0].What}.");
    }

    private bool Deliver(StateRead read, BlockRef block)
    {
        try
        {
            switch (_scene.Answer(read.Call, block))
            {
                case CallResult.Returned(var data):
                    read.Apply(data);
                    return true;
                case CallResult.Reverted:
                    read.Reverted?.Invoke();
                    return false;
                default:
                    read.Refused?.Invoke();
                    return false;
            }
        }
        catch (AbiException)
        {
            return false;
        }
    }

    private static string Words(LogFilter filter) => string.Join(" and ", filter.Queries.Select(query => $"{Words(query.Addresses)} | {Words(query.Topics)} | {Words(query.Subjects ?? [])}"));

    private static string Words<T>(IEnumerable<T> some) => string.Join(' ', some.Select(one => $"{one}").Order(StringComparer.Ordinal));
}
