using Keeper.Core.Chain;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>A real adapter that never hears of some logs, as behind a node that leaves them out of its answers. All else goes through.</summary>
internal sealed class DeafProtocol(IProtocol inner, Func<Log, bool> isUnheard) : IProtocol
{
    /// <summary>Further views of an account.</summary>
    public Func<int, IReadOnlyList<AuditRead>> Beside { get; init; } = _ => [];

    public IProtocol Inner => inner;
    public ProtocolSettings Settings => inner.Settings;
    public LogFilter Filter => inner.Filter;
    public LogFilter Hints => inner.Hints;
    public int AccountCount => inner.AccountCount;
    public ulong LatestOracleTime => inner.LatestOracleTime;
    public IReadOnlyList<CallableFunction> Functions => inner.Functions;
    public IReadOnlyList<RewardToken> RewardTokens => inner.RewardTokens;

    public void BeginBlock(BlockRef block) => inner.BeginBlock(block);
    public void Apply(Log log)
    {
        if (!isUnheard(log)) inner.Apply(log);
    }

    public IReadOnlyList<StateRead> SourceReads() => inner.SourceReads();
    public AccountActivity? ActivityOf(Log log) => inner.ActivityOf(log);
    public IReadOnlyList<StateRead> MissingReads() => inner.MissingReads();
    public IReadOnlyList<StateRead> PollReads() => inner.PollReads();
    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => [.. inner.AuditReads(account, timestamp), .. Beside(account)];
    public IReadOnlyList<StateRead> RepairReads(int account) => inner.RepairReads(account);
    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => inner.Feeds(timestamp);
    public string KeyOf(int account) => inner.KeyOf(account);
    public Verdict Evaluate(int account, ulong timestamp) => inner.Evaluate(account, timestamp);
    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp) => inner.Plan(account, timestamp);
    public IReadOnlyList<LiquidationCall> PlanAfter(int account, ulong timestamp, int refused) => inner.PlanAfter(account, timestamp, refused);
    public CallFailure Explain(ReadOnlySpan<byte> revertData) => inner.Explain(revertData);

    public ulong StateVersion => inner.StateVersion;
    public ICapturedState Capture() => new Unsummed(inner.Capture());
    public void Load(ref SnapshotReader reader) => inner.Load(ref reader);

    /// <summary>The sums would tell what it did not hear; here something else is to find it.</summary>
    private sealed class Unsummed(ICapturedState inner) : ICapturedState
    {
        public int AccountCount => inner.AccountCount;
        public void Save(SnapshotWriter writer) => inner.Save(writer);
        public IReadOnlyList<TotalCheck> Totals() => [];
    }
}
