using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared;
using Keeper.Protocols.Oracles;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Protocols.Declared;

/// <summary>A lending pool that is declared, and what its views say: equity against a requirement of 100, and a list of what the account holds.</summary>
internal sealed class DeclaredScene
{
    public static readonly Address Pool = AddressOf(0x9001), Token = AddressOf(0x70c), Proxy = AddressOf(0xfeed), Aggregator = AddressOf(0xa66);

    public const string Opened = "Opened(uint256 indexed id, address owner)", Taken = "Taken(uint256 indexed id, address by)";

    /// <summary>What the views of an account answer; 1,000 for who is not there. Null reverts.</summary>
    private readonly Dictionary<ulong, CallResult> _health = [];

    private ulong _number = 100;

    public DeclaredScene(int accountsPerBlock = 8, Func<DeclaredText, DeclaredText>? change = null, UndoLog? undo = null, KnownStart? start = null)
    {
        Undo = undo ?? new();
        Protocol = new(Settings(accountsPerBlock, change) with { Start = start }, Undo);
    }

    public UndoLog Undo { get; }
    public DeclaredProtocol Protocol { get; }

    /// <summary>Accounts in the order in which they were asked about in the last block.</summary>
    public List<ulong> Asked { get; } = [];

    /// <summary>The calls of the last block.</summary>
    public List<CallRequest> Calls { get; } = [];

    public static ProtocolSettings Settings(int accountsPerBlock = 8, Func<DeclaredText, DeclaredText>? change = null)
    {
        TermFault fail = (key, problem, _) => Assert.Fail($"{key} {problem}");
        var text = new DeclaredText(
            [new(Opened, null, "id", null, fail), new(Taken, null, "id", "by", fail)],
            [new("health", "health(uint256) returns (int256 equity, uint256 required)", null, ["account"], fail), new("held", "held(uint256) returns (uint32[])", null, ["account"], fail)],
            "health.equity < health.required", "held.length > 0", "health.equity < 0",
            [new(false, "take(uint256,uint32)", null, "held", ["account", "each"], 200_000, 100_000, "2.5", false, fail), new(true, "forgive(uint256)", null, null, ["account"], 50_000, null, "0", false, fail)],
            new(Token, 6, "USD", UInt256.Parse("2000000000000000000"), null, 8, fail), [new("price", Proxy, 60)], ["Healthy()"], ["Paused(uint256)"], null, accountsPerBlock, 1_000_000, fail);
        var options = DeclaredOptions.Compile(change?.Invoke(text) ?? text, Pool, Keccak.Hash);
        return new("pool", "declared", Pool, 0, null) { Options = options };
    }

    public void Open(params IEnumerable<ulong> accounts)
    {
        foreach (var account in accounts) Protocol.Apply(OpenedLog(account));
    }

    public Log OpenedLog(ulong account) => Log(Block(_number), Pool, Keccak.Topic("Opened(uint256,address)"), new AbiWriter().Word(Pool).ToArray(), new Hash32((UInt256)account));

    public void Say(ulong account, long equity) => _health[account] = new CallResult.Returned(new AbiWriter().Word((Int256)equity).Word(100UL).ToArray());
    public void Answer(ulong account, CallResult result) => _health[account] = result;

    /// <summary>A block, linked: its logs, then the questions until there is no more.</summary>
    public void Next(params Log[] logs)
    {
        Undo.Push();
        Protocol.BeginBlock(Block(++_number));
        foreach (var log in logs) Protocol.Apply(log);
        Ask();
    }

    /// <summary>Takes the last block back.</summary>
    public void Back()
    {
        Undo.Rollback();
        _number--;
    }

    /// <summary>A round of the feed in the block after this one, before that is linked.</summary>
    public void Hint(long answer, ulong round)
    {
        Undo.Push();
        Protocol.Apply(Round(Block(_number + 1), answer, round));
        Ask();
    }

    public static Log Round(BlockRef block, long answer, ulong round) =>
        Log(block, Aggregator, OracleTopics.AnswerUpdated, new AbiWriter().Word(block.Timestamp).ToArray(), new Hash32(((Int256)answer).Bits)) with { TopicCount = 3, Topic2 = new Hash32((UInt256)round) };

    /// <summary>Asks and answers as the loop does.</summary>
    /// <returns>How many requests it took.</returns>
    public int Ask()
    {
        foreach (var read in Protocol.MissingReads()) read.Apply(OfFeed(read.Call));
        Asked.Clear();
        Calls.Clear();
        for (var requests = 0; ; requests++)
        {
            var reads = Protocol.PollReads();
            if (reads.Count == 0) return requests;
            Assert.True(requests < 20, "The questions have no end.");
            foreach (var read in reads) Deliver(read);
        }
    }

    public Verdict Of(int account) => Protocol.Evaluate(account, 0);

    public void Deliver(IReadOnlyList<StateRead> reads)
    {
        foreach (var read in reads) Deliver(read);
    }

    private void Deliver(StateRead read)
    {
        if (read.Call.To != Pool)
        {
            read.Apply(OfFeed(read.Call));
            return;
        }
        Calls.Add(read.Call);
        var isHealth = read.Call.Data.Span[..4].SequenceEqual(Hex.Decode("0x" + Keccak.Selector("health(uint256)").ToString("x8")));
        var account = (ulong)new AbiReader(read.Call.Data.Span[4..]).ReadUInt256();
        if (isHealth) Asked.Add(account);
        var answer = isHealth
            ? _health.GetValueOrDefault(account, new CallResult.Returned(new AbiWriter().Word((Int256)1_000).Word(100UL).ToArray()))
            : new CallResult.Returned(new AbiWriter().StaticArray<ulong>([7, 9], (writer, item) => writer.Word(item)).ToArray());
        try
        {
            if (answer is CallResult.Returned(var data)) read.Apply(data);
            else if (answer is CallResult.Reverted) read.Reverted!();
            else read.Refused!();
        }
        catch (AbiException)
        {
            // As the loop does.
        }
    }

    public static byte[] OfFeed(CallRequest call) =>
        call.Data.Span.SequenceEqual(OracleCalls.Aggregator(Proxy).Data.Span) ? new AbiWriter().Word(Aggregator).ToArray()
        : call.Data.Span.SequenceEqual(OracleCalls.LatestRoundData(Proxy).Data.Span) ? new AbiWriter().Word(1UL).Word(100UL).Word(5UL).Word(5UL).Word(1UL).ToArray()
        : new AbiWriter().Bytes("Aggregator 1.0.0"u8).ToArray();

    private static Address AddressOf(ulong low) => Support.ScriptedProtocol.AddressOf(low);
}
