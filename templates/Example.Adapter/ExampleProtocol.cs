using System.Globalization;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Example.Adapter;

/// <summary>
/// The smallest adapter: a vault whose log <c>Changed(uint256 indexed id, int256 equity, uint256 required)</c> says all of an account, and that pays a dollar for
/// <c>close(uint256)</c>. Replace what it knows by what your protocol is; docs/protocols/package.md leads through it.
/// </summary>
public sealed class ExampleProtocol : IProtocol
{
    private const ulong GasOfClose = 150_000;

    private readonly Table<UInt256, Account> _accounts;
    private readonly Hash32 _changed;
    private readonly uint _close;
    private readonly RewardToken _token;

    public ExampleProtocol(ProtocolSettings settings, UndoLog undo, Address token, Keccak256 hash)
    {
        Settings = settings;
        // All state is in tables of the undo log: a reorg takes it back.
        _accounts = new(undo);
        _changed = hash("Changed(uint256,int256,uint256)"u8);
        Span<byte> word = stackalloc byte[32];
        hash("close(uint256)"u8).CopyTo(word);
        _close = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(word);
        // One of its 1e18 units is a dollar.
        _token = new(token, 1_000_000_000_000_000_000UL);
        Filter = new([settings.Address], [_changed]);
        Functions = [new(settings.Address, _close, "close(uint256)")];
    }

    public ProtocolSettings Settings { get; }

    // 1. Which logs, and which of them are worth acting on before their block is linked.
    public LogFilter Filter { get; }
    public LogFilter Hints => LogFilter.None;

    // 2. Log -> state. The whole log is decoded, strictly, before anything is written.
    public void Apply(Log log)
    {
        if (log.TopicCount == 0 || log.Topic0 != _changed) return;
        var (id, account) = Read(log);
        _accounts.Put(id, account);
    }

    public AccountActivity? ActivityOf(Log log)
    {
        if (log.Address != Settings.Address || log.TopicCount == 0 || log.Topic0 != _changed) return null;
        try
        {
            return new(Name(Read(log).Id), null);
        }
        catch (AbiException)
        {
            return null;
        }
    }

    // 3. What no log tells. Nothing, here.
    public IReadOnlyList<StateRead> MissingReads() => [];
    public IReadOnlyList<StateRead> PollReads() => [];
    public IReadOnlyList<FeedStatus> Feeds(ulong timestamp) => [];
    public ulong LatestOracleTime => 0;

    // 4. State -> verdict, in the contract's own integers.
    public int AccountCount => _accounts.Count;
    public string KeyOf(int account) => Name(_accounts.KeyAt(account));

    public Verdict Evaluate(int account, ulong timestamp)
    {
        ref readonly var row = ref _accounts[account];
        var kind = row.Required.IsZero ? VerdictKind.Empty : row.Equity < (Int256)row.Required ? VerdictKind.Liquidatable : VerdictKind.Healthy;
        return new(kind, row.Equity, row.Required);
    }

    // 5. Verdict -> calls, and what it means when one fails.
    public IReadOnlyList<CallableFunction> Functions { get; }
    public IReadOnlyList<RewardToken> RewardTokens => [_token];

    public IReadOnlyList<LiquidationCall> Plan(int account, ulong timestamp)
    {
        if (Evaluate(account, timestamp).Kind != VerdictKind.Liquidatable) return [];
        var id = _accounts.KeyAt(account);
        return [new(Settings.Address, new AbiWriter().Word(id).ToCall(_close), new Gas(GasOfClose), new Gas(GasOfClose / 2), _token, _token.UnitsPerUsd, $"close {Name(id)}")];
    }

    public CallFailure Explain(ReadOnlySpan<byte> revertData) => new(false, RevertDecoder.Plain.Describe(revertData), IsKnown: false);

    // 6. The contract's own word, by which the mirror is checked. A protocol with views should have some.
    public bool IsAudited => false;
    public IReadOnlyList<AuditRead> AuditReads(int account, ulong timestamp) => [];
    public IReadOnlyList<StateRead> RepairReads(int account) => [];

    // 7. The state in a file.
    public ulong StateVersion => 1;
    public ICapturedState Capture() => new Captured(_accounts.Capture());

    public void Load(ref SnapshotReader reader)
    {
        for (var left = reader.Count(bytesEach: 3); left > 0; left--) _accounts.Append(reader.Unsigned(), new(reader.Signed(), reader.Unsigned()));
        if (!_accounts.Index()) throw new SnapshotException(SnapshotFault.Damaged, "An account is there twice.");
    }

    private static (UInt256 Id, Account Account) Read(Log log)
    {
        if (log.TopicCount != 2) throw new AbiException($"{log.TopicCount} topics, where 2 are expected.");
        var data = new AbiReader(log.Data.Span);
        var account = new Account(data.ReadInt256(), data.ReadUInt(255));
        data.RequireEnd();
        return (log.Topic1.Word, account);
    }

    private static string Name(UInt256 id) => id.ToString(null, CultureInfo.InvariantCulture);

    private readonly record struct Account(Int256 Equity, UInt256 Required);

    private sealed record Captured(CapturedTable<UInt256, Account> Accounts) : ICapturedState
    {
        public int AccountCount => Accounts.Count;

        public void Save(SnapshotWriter writer)
        {
            writer.Count(Accounts.Count);
            for (var i = 0; i < Accounts.Count; i++)
            {
                writer.Unsigned(Accounts.KeyAt(i));
                writer.Signed(Accounts[i].Equity);
                writer.Unsigned(Accounts[i].Required);
            }
        }

        public IReadOnlyList<TotalCheck> Totals() => [];
    }
}
