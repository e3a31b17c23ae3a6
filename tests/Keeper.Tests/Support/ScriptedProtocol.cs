using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Tests.Support;

/// <summary>
/// A protocol whose logs write one value under one key, and whose verdicts and calls the test writes. A log of the topic
/// <see cref="Inconsistent"/> names something that no log told of before.
/// </summary>
internal sealed class ScriptedProtocol : IProtocol
{
    public static readonly Hash32 Price = new((UInt256)0x9a1ceu);
    public static readonly Hash32 Liquidation = new((UInt256)0x11c1u);
    public static readonly Hash32 Change = new((UInt256)0xc4a6u);
    public static readonly Hash32 Inconsistent = new((UInt256)0xbadu);

    private readonly List<string> _keys = [];

    public ScriptedProtocol(UndoLog undo, string name = "lend", ulong address = 0x1e4d, ulong deployBlock = 0)
    {
        Settings = new(name, "scripted", AddressOf(address), deployBlock, null);
        Values = new(undo);
        Filter = new([Settings.Address], [Price, Inconsistent]);
        Hints = new([Settings.Address], [Price]);
        Judge = (_, _) => Verdict.Empty;
        Calls = (_, _) => [];
        Functions = [new(Settings.Address, 0x01020304, "close()")];
    }

    public ProtocolSettings Settings { get; }

    /// <summary>What the logs wrote; goes back with the undo log.</summary>
    public Table<UInt256, UInt256> Values { get; }

    public ProtocolFidelity Fidelity { get; set; }
    public bool TakesLateAnswers { get; set; }
    public LogFilter Filter { get => Wanted(); set => Wanted = () => value; }
    public LogFilter Hints { get => WantedEarly(); set => WantedEarly = () => value; }
    public Func<LogFilter> Wanted { get; set; } = () => LogFilter.None;
    public Func<LogFilter> WantedEarly { get; set; } = () => LogFilter.None;
    public Action<BlockRef> Begun { get; set; } = _ => { };
    public Action Capturing { get; set; } = () => { };
    public Func<int, ulong, Verdict> Judge { get; set; }
    public Func<int, ulong, IReadOnlyList<LiquidationCall>> Calls { get; set; }
    public Func<IReadOnlyList<StateRead>> Missing { get; set; } = () => [];
    public Func<IReadOnlyList<StateRead>> Polled { get; set; } = () => [];
    public Func<int, IReadOnlyList<AuditRead>> Audited { get; set; } = _ => [];
    public Func<int, IReadOnlyList<StateRead>> Repairs { get; set; } = _ => [];
    public Action<Log> Applied { get; set; } = _ => { };
    public ulong LatestOracleTime { get; set; }
    public Func<ulong, IReadOnlyList<FeedStatus>> Prices { get; set; } = _ => [];

    /// <summary>Times of the evaluations asked for.</summary>
    public List<ulong> EvaluatedAt { get; } = [];

    public int AccountCount => _keys.Count;
    public IReadOnlyList<CallableFunction> Functions { get; init; }
    public IReadOnlyList<RewardToken> RewardTokens => [TestChainData.Dollar];

    public ScriptedProtocol WithAccounts(params string[] keys)
    {
        _keys.AddRange(keys);
        return this;
    }

    /// <summary>As after a reorg that took accounts away: another has the number now.</summary>
    public void Rename(int account, string key) => _keys[account] = key;

    public ulong StateVersion { get; init; } = 1;

    /// <summary>What the contract is asked for about the captured values.</summary>
    public Func<CapturedTable<UInt256, UInt256>, IReadOnlyList<TotalCheck>> Sums { get; set; } = _ => [];

    /// <summary>Told when a captured state is written.</summary>
    public Action Saving { get; set; } = () => { };

    public ICapturedState Capture()
    {
        Capturing();
        return new Captured(Values.Capture(), Sums, Saving);
    }

    public void Load(ref SnapshotReader reader)
    {
        for (var left = reader.Count(bytesEach: 2); left > 0; left--) Values.Put(reader.Unsigned(), reader.Unsigned());
    }

    private sealed class Captured(CapturedTable<UInt256, UInt256> values, Func<CapturedTable<UInt256, UInt256>, IReadOnlyList<TotalCheck>> sums, Action saving) : ICapturedState
    {
        public int AccountCount => values.Count;

        public void Save(SnapshotWriter writer)
        {
            writer.Count(values.Count);
            for (var i = 0; i < values.Count; i++)
            {
                writer.Unsigned(values.KeyAt(i));
                writer.Unsigned(values[i]);
            }
            saving();
        }

        public IReadOnlyList<TotalCheck> Totals() => sums(values);
    }

    public void BeginBlock(BlockRef block) => Begun(block);

    public void Apply(Log log)
    {
        if (log.Topic0 == Inconsistent) throw new MirrorException("A log names something that no log told of.");
        var reader = new AbiReader(log.Data.Span);
        var value = reader.ReadUInt256();
        reader.RequireEnd();
        Values.Put(log.Topic1.Word, value);
        Applied(log);
    }

    /// <summary>A transaction to it of two words transmits the second as the price of the first.</summary>
    public Log? UpdateOf(PendingTransaction transaction, ulong timestamp)
    {
        Updating();
        return transaction.To == Settings.Address && transaction.Data.Length == 64
            ? new(Settings.Address, 2, Price, new Hash32(transaction.Data.Span[..32]), default, default, transaction.Data[32..], 0, default, transaction.Hash, 0) : null;
    }

    /// <summary>Told when it is asked what a transaction would leave behind.</summary>
    public Action Updating { get; set; } = () => { };

    /// <summary>A log of the topic <see cref="Liquidation"/> tells that the first word's account was liquidated by the second's, one of <see cref="Change"/> that it was touched.</summary>
    public AccountActivity? ActivityOf(Log log) =>
        log.Address != Settings.Address ? null
        : log.Topic0 == Liquidation ? new(((ulong)log.Topic1.Word).ToString(System.Globalization.CultureInfo.InvariantCulture), new AbiReader(log.Data.Span).ReadAddress())
        : log.Topic0 == Change ? new(System.Text.Encoding.UTF8.GetString(log.Data.Span), null)
        : null;

    public IReadOnlyList<StateRead> MissingReads() => Missing();
    public IReadOnlyList<StateRead> PollReads() => Polled();
    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => Prices(timestamp);
    public bool IsAudited { get; init; } = true;
    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => Audited(account);
    public IReadOnlyList<StateRead> RepairReads(int account) => Repairs(account);
    public string KeyOf(int account) => _keys[account];

    public Verdict Evaluate(int account, ulong timestamp)
    {
        EvaluatedAt.Add(timestamp);
        return Judge(account, timestamp);
    }

    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp) => Calls(account, timestamp);

    public Func<int, int, IReadOnlyList<LiquidationCall>> CallsAfter { get; set; } = (_, _) => [];

    public IReadOnlyList<LiquidationCall> PlanAfter(int account, ulong timestamp, int refused) => CallsAfter(account, refused);

    /// <summary>One byte 1 says that nothing is needed any more, one byte 2 that it cannot be paid for, no byte at all is of nobody's making; anything else is another failure.</summary>
    public CallFailure Explain(ReadOnlySpan<byte> revertData) =>
        revertData is [1] ? new(true, "healthy") : new(false, Hex.Encode(revertData), IsKnown: !revertData.IsEmpty) { CannotPay = revertData is [2] };

    public static readonly byte[] HealthyByNow = [1], Unpaid = [2];

    public ulong? ValueOf(ulong key) => Values.TryGet(key, out var value) ? (ulong)value : null;

    public Log PriceLog(BlockRef block, ulong key, ulong value, uint index = 0) =>
        TestChainData.Log(block, Settings.Address, Price, TestChainData.Word(value), new Hash32((UInt256)key), index: index);

    public Log LiquidationLog(BlockRef block, ulong account, Address liquidator, ulong transaction = 0x71fa1) =>
        TestChainData.Log(block, Settings.Address, Liquidation, new AbiWriter().Word(liquidator).ToArray(), new Hash32((UInt256)account), new Hash32((UInt256)transaction));

    public Log ChangeLog(BlockRef block, string account, Hash32 transaction = default) =>
        TestChainData.Log(block, Settings.Address, Change, System.Text.Encoding.UTF8.GetBytes(account), transaction: transaction);

    public static Verdict Of(VerdictKind kind) => new(kind, -1, 1UL);

    public static LiquidationCall Call(Usd reward, ulong expectedGas = 200_000, ulong gasLimit = 300_000, string what = "close", RewardToken? token = null)
    {
        var paidIn = token ?? TestChainData.Dollar;
        return new(AddressOf(0x1e4d), new byte[] { 1, 2, 3, 4 }, new Gas(gasLimit), new Gas(expectedGas), paidIn, paidIn.FromUsd(reward), what);
    }

    public static Address AddressOf(ulong low)
    {
        var bytes = new byte[Address.Size];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(12), low);
        return new(bytes);
    }
}
