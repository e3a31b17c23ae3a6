using System.Globalization;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Conformance.EndToEnd.Hostile;

/// <summary>
/// An adapter whose accounts are all liquidatable until the contract's log says that they were closed, and promise the same reward
/// whatever their call does.
/// </summary>
internal sealed class HostileProtocol : IProtocol
{
    public const string Close = "close(uint256,uint8,address,uint256)";
    private static readonly Hash32 Closed = Keccak.Topic("Closed(uint256,address)");

    private readonly IReadOnlyList<HostileAccount> _accounts;
    private readonly Table<UInt256, bool> _closed;

    public HostileProtocol(Address target, IReadOnlyList<HostileAccount> accounts, UndoLog undo)
    {
        (_accounts, _closed) = (accounts, new(undo));
        Settings = new("hostile", "hostile", target, 0, null);
        Filter = new([target], [Closed]);
    }

    public ProtocolSettings Settings { get; }
    public LogFilter Filter { get; }
    public LogFilter Hints => LogFilter.None;
    public int AccountCount => _accounts.Count;
    public ulong LatestOracleTime => 0;
    public IReadOnlyList<CallableFunction> Functions => [new(Settings.Address, Keccak.Selector(Close), Close)];
    public IReadOnlyList<RewardToken> RewardTokens => [.. _accounts.Select(account => account.Token).Distinct().Select(token => new RewardToken(token, HostileAccount.Wad))];

    public ulong StateVersion => 0;
    public ICapturedState Capture() => new Unkept(_accounts.Count);
    public void Load(ref SnapshotReader reader) => throw new NotSupportedException("Its mirror is not kept.");

    public void Apply(Log log) => _closed.Put(log.Topic1.Word, true);
    public IReadOnlyList<StateRead> MissingReads() => [];
    public IReadOnlyList<StateRead> PollReads() => [];
    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => [];
    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => [];
    public IReadOnlyList<StateRead> RepairReads(int account) => [];
    public string KeyOf(int account) => account.ToString(CultureInfo.InvariantCulture);
    public AccountActivity? ActivityOf(Log log) => log.Address == Settings.Address && log.Topic0 == Closed
        ? new(log.Topic1.Word.ToString(null, CultureInfo.InvariantCulture), AbiReader.ToAddress(log.Topic2.Word)) : null;

    public Verdict Evaluate(int account, ulong timestamp) =>
        _closed.TryFind((UInt256)(ulong)account, out _) ? Verdict.Empty : new(VerdictKind.Liquidatable, -1, UInt256.One);

    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp)
    {
        var (kind, token, promised, gas) = _accounts[account];
        var data = new AbiWriter().Word((UInt256)(ulong)account).Word((UInt256)(ulong)kind).Word(token).Word(promised).ToCall(Keccak.Selector(Close));
        return [new(Settings.Address, data, new Gas(gas), new Gas(100_000), new(token, HostileAccount.Wad), promised, $"close as {kind}")];
    }

    /// <summary>The contract has one error; anything else it cannot have said.</summary>
    public CallFailure Explain(ReadOnlySpan<byte> revertData) =>
        revertData.Length >= 4 && System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(revertData) == Keccak.Selector("NotNow()")
            ? new(false, "NotNow()") : new(false, $"{revertData.Length} bytes that it has no error for", IsKnown: false);

    /// <summary>The contract keeps no sums.</summary>
    private sealed record Unkept(int AccountCount) : ICapturedState
    {
        public void Save(SnapshotWriter writer) => throw new NotSupportedException("Its mirror is not kept.");
        public IReadOnlyList<TotalCheck> Totals() => [];
    }
}
