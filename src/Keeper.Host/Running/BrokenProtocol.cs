using Keeper.Core.Chain;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Protocol;

namespace Keeper.Host.Running;

/// <summary>
/// In the place of an adapter that could be made at the start and cannot be made again for another mirror: it wants nothing, and is not believed from the first question on, so that
/// the other protocols go on.
/// </summary>
/// <param name="reason">Why it could not be made.</param>
internal sealed class BrokenProtocol(ProtocolSettings settings, string reason) : IProtocol
{
    public ProtocolSettings Settings => settings;
    public LogFilter Filter => LogFilter.None;
    public LogFilter Hints => LogFilter.None;
    public ulong StateVersion => ulong.MaxValue;
    public int AccountCount => 0;
    public ulong LatestOracleTime => 0;
    public IReadOnlyList<CallableFunction> Functions => [];
    public IReadOnlyList<RewardToken> RewardTokens => [];

    public IReadOnlyList<StateRead> SourceReads() => throw Broken();
    public IReadOnlyList<StateRead> MissingReads() => throw Broken();
    public ICapturedState Capture() => throw Broken();
    public void Load(ref SnapshotReader reader) => throw Broken();
    public string KeyOf(int account) => throw Broken();
    public Verdict Evaluate(int account, ulong timestamp) => throw Broken();

    public void Apply(Core.Chain.Log log)
    {
    }

    public AccountActivity? ActivityOf(Core.Chain.Log log) => null;
    public IReadOnlyList<StateRead> PollReads() => [];
    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => [];
    public IReadOnlyList<StateRead> RepairReads(int account) => [];
    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => [];
    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp) => [];
    public CallFailure Explain(ReadOnlySpan<byte> revertData) => new(false, reason, IsKnown: false);

    private InvalidOperationException Broken() => new(reason);
}
