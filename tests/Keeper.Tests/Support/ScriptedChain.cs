using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Support;

/// <summary>A chain that answers at once with what the test wrote down, and remembers what it was asked and sent.</summary>
internal sealed class ScriptedChain : IChainClient
{
    private static readonly byte[] Code = [0xfe];
    private readonly Channel<(ChainEvent? Event, ChainException? Error)> _events = Channel.CreateUnbounded<(ChainEvent?, ChainException?)>();

    public string Name => "scripted";

    /// <summary>Why nothing should be decided; null for no reason.</summary>
    public volatile string? Doubt;

    public string? DoubtOf(BlockRef head) => Doubt;

    /// <summary>What the endpoints' limits leave nothing for.</summary>
    public HashSet<RequestPurpose> Kept { get; } = [];

    public bool CanSpare(RequestPurpose purpose) => !Kept.Contains(purpose);

    /// <summary>Every send in order, as its text.</summary>
    public List<ReadOnlyMemory<byte>> Sent { get; } = [];

    /// <summary>Every call, with the block it was asked at.</summary>
    public List<(CallRequest Call, BlockId At)> Called { get; } = [];

    public List<FollowRequest> Followed { get; } = [];
    public List<(ulong From, ulong To)> Replayed { get; } = [];
    public Dictionary<Hash32, Receipt> Receipts { get; } = [];
    public ulong TransactionCount { get; set; }
    public Wei Balance { get; set; } = Wei.FromGwei(10_000_000_000);
    public BlockRef Newest { get; set; } = TestChainData.Block(100);
    public IReadOnlyList<Log> History { get; set; } = [];

    /// <summary>Answers of the node to sends, the rest are accepted.</summary>
    public Queue<SendResult> SendAnswers { get; } = new();

    /// <summary>Called for every send, before the answer.</summary>
    public Action<ReadOnlyMemory<byte>> Sending { get; set; } = _ => { };

    /// <summary>By default every item of a batch succeeds.</summary>
    public Func<CallRequest, BlockId, CallResult> Answer { get; set; } = (call, _) => AllSucceed(call);

    /// <summary>Blocks that the node does not know by their hash.</summary>
    public HashSet<Hash32> Unknown { get; } = [];

    /// <summary>What the node counts at blocks of these heights, where that is another number.</summary>
    public Dictionary<ulong, ulong> CountsAt { get; } = [];

    /// <summary>The transport fails only where code is asked for.</summary>
    public bool CodeIsDown { get; set; }

    /// <summary>The code of contracts that have another than the rest.</summary>
    public Dictionary<Address, byte[]> Codes { get; } = [];

    /// <summary>What a node tells as code, whatever it is; null where it tells the truth.</summary>
    public Func<Address, byte[]>? TellsCode { get; set; }

    /// <summary>As EXTCODEHASH tells it.</summary>
    public Func<byte[], Hash32> HashOfCode { get; set; } = code => Keccak.Hash(code);

    /// <summary>Answers a call that names no contract.</summary>
    public bool RunsConstructors { get; set; } = true;

    /// <summary>Every request about code and storage, in order: hashes, code, slots, each but code with how many.</summary>
    public List<string> CodeReads { get; } = [];

    public Dictionary<StorageSlot, Hash32> Storage { get; } = [];

    /// <summary>What a transaction is said to need; null where the node does not tell.</summary>
    public Gas? Estimate { get; set; }

    /// <summary>How often each was asked for.</summary>
    public int BalanceReads { get; private set; }
    public int CountReads { get; private set; }
    public int FeeReads { get; private set; }

    /// <summary>Nothing but sends is answered.</summary>
    public bool IsDown { get; set; }

    /// <summary>The transport fails only where history is asked for.</summary>
    public bool LogsAreDown { get; set; }

    /// <summary>The transport fails only where the balance is asked for.</summary>
    public bool BalanceIsDown { get; set; }

    public void Tell(params IEnumerable<ChainEvent> events)
    {
        foreach (var chainEvent in events) _events.Writer.TryWrite((chainEvent, null));
    }

    /// <summary>Ends the stream that is followed with an exception; another may begin.</summary>
    public void Break(ChainException error) => _events.Writer.TryWrite((null, error));

    public Task<ulong> GetChainIdAsync(CancellationToken cancellation) => Answered(31337UL);

    public Task<BlockHeader> GetHeaderAsync(BlockId block, CancellationToken cancellation) =>
        block is BlockId.ByHash(var hash) && Unknown.Contains(hash)
            ? Task.FromException<BlockHeader>(new ChainException("the block is unknown", ChainFault.UnknownBlock))
            : Answered(new BlockHeader(HeaderAt(block), Wei.FromGwei(9), new Gas(60_000_000), new Gas(0)));

    /// <summary>The block that a node names, by default always the newest.</summary>
    public Func<BlockId, BlockRef>? Header { get; set; }

    private BlockRef HeaderAt(BlockId block) => Header?.Invoke(block) ?? Newest;

    public async IAsyncEnumerable<ChainEvent> FollowAsync(FollowRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        lock (Followed) Followed.Add(request);
        await foreach (var (chainEvent, error) in _events.Reader.ReadAllAsync(cancellation)) yield return chainEvent ?? throw error!;
    }

    public Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, ulong fromBlock, ulong toBlock, CancellationToken cancellation)
    {
        if (LogsAreDown) return Task.FromException<IReadOnlyList<Log>>(new ChainException("the logs are not told"));
        Replayed.Add((fromBlock, toBlock));
        return Answered<IReadOnlyList<Log>>([.. History.Where(log => log.BlockNumber >= fromBlock && log.BlockNumber <= toBlock && filter.Matches(log))]);
    }

    /// <summary>Each block whose logs were asked for by hash, with what was wanted.</summary>
    public List<(BlockRef Block, LogFilter Filter)> Read { get; } = [];

    /// <summary>Called for every such read, before the answer.</summary>
    public Action<BlockRef> Reading { get; set; } = _ => { };

    public Task<IReadOnlyList<Log>> GetLogsAsync(LogFilter filter, BlockRef block, CancellationToken cancellation)
    {
        lock (Read) Read.Add((block, filter));
        Reading(block);
        return LogsAreDown
            ? Task.FromException<IReadOnlyList<Log>>(new ChainException("the logs are not told"))
            : Answered<IReadOnlyList<Log>>([.. History.Where(log => log.BlockHash == block.Hash && filter.Matches(log))]);
    }

    public Task<IReadOnlyList<CallResult>> CallAsync(IReadOnlyList<CallRequest> calls, BlockId at, CancellationToken cancellation)
    {
        if (calls.Count == 0) return Answered<IReadOnlyList<CallResult>>([]);
        if (calls is [{ To: null } hashes]) return CodeIsDown ? Task.FromException<IReadOnlyList<CallResult>>(new ChainException("the code is not told")) : Answered<IReadOnlyList<CallResult>>([Hashes(hashes)]);
        lock (Called) Called.AddRange(calls.Select(call => (call, at)));
        return Answered<IReadOnlyList<CallResult>>([.. calls.Select(call => Answer(call, at))]);
    }

    public Task<Wei> GetBalanceAsync(Address account, BlockId at, CancellationToken cancellation)
    {
        BalanceReads++;
        return BalanceIsDown ? Task.FromException<Wei>(new ChainException("the balance is not told")) : Answered(Balance);
    }

    public Task<ulong> GetTransactionCountAsync(Address account, BlockId at, CancellationToken cancellation)
    {
        CountReads++;
        return Answered(at is BlockId.ByNumber(var number) && CountsAt.TryGetValue(number, out var count) ? count : TransactionCount);
    }

    public Task<ReadOnlyMemory<byte>> GetCodeAsync(Address account, BlockId at, CancellationToken cancellation)
    {
        lock (CodeReads) CodeReads.Add("code");
        return CodeIsDown ? Task.FromException<ReadOnlyMemory<byte>>(new ChainException("the code is not told")) : Answered<ReadOnlyMemory<byte>>(TellsCode?.Invoke(account) ?? CodeOf(account));
    }

    public Task<IReadOnlyList<Hash32>> GetStorageAsync(IReadOnlyList<StorageSlot> slots, BlockId at, CancellationToken cancellation)
    {
        lock (CodeReads) if (slots.Count > 0) CodeReads.Add($"slots {slots.Count}");
        return Answered<IReadOnlyList<Hash32>>([.. slots.Select(slot => Storage.GetValueOrDefault(slot))]);
    }

    public Task<Gas> EstimateGasAsync(CallRequest transaction, CancellationToken cancellation) =>
        Estimate is { } gas ? Answered(gas) : Task.FromException<Gas>(new ChainException("the method is not available", ChainFault.Rejected));

    public Task<FeeHistory> GetFeeHistoryAsync(int blockCount, IReadOnlyList<double> rewardPercentiles, CancellationToken cancellation)
    {
        FeeReads++;
        return Answered(new FeeHistory(0, [Wei.FromGwei(9), Wei.FromGwei(9)], [0.5], [[Wei.FromGwei(1), Wei.FromGwei(2)]]));
    }

    public Task<SendResult> SendRawTransactionAsync(ReadOnlyMemory<byte> raw, CancellationToken cancellation)
    {
        Sending(raw);
        lock (Sent) Sent.Add(raw);
        return Task.FromResult(SendAnswers.TryDequeue(out var answer) ? answer : SendResult.Accepted);
    }

    public Task<bool> ProvesReceiptsAsync(BlockHeader block, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<Receipt?>> GetReceiptsAsync(IReadOnlyList<Hash32> transactionHashes, CancellationToken cancellation) =>
        Answered<IReadOnlyList<Receipt?>>([.. transactionHashes.Select(hash => Receipts.GetValueOrDefault(hash))]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public byte[] CodeOf(Address account) => Codes.GetValueOrDefault(account, Code);

    /// <summary>What the executor returns for items with these fates.</summary>
    public static CallResult Items(params (bool Succeeded, byte[] Data)[] items) =>
        new CallResult.Returned(new AbiWriter().DynamicArray(items, (writer, item) => writer.Word(item.Succeeded).Bytes(item.Data)).ToArray());

    public static CallResult AllSucceed(CallRequest call) => Items([.. Enumerable.Repeat((true, Array.Empty<byte>()), ItemCount(call))]);

    public static int ItemCount(CallRequest call) => new AbiReader(call.Data.Span[4..]).ReadOffset().ReadLength(32);

    /// <summary>What a node returns to <see cref="Core.Submission.Policy.CodeHashCall"/>: a real one is asked in the conformance tests.</summary>
    private CallResult Hashes(CallRequest call)
    {
        var (words, count) = (new AbiWriter().Word(UInt256.Zero), 0);
        for (var data = call.Data.Span; data[0] == 0x73; data = data[26..], count++) words.Word(HashOfCode(TellsCode?.Invoke(new Address(data.Slice(1, 20))) ?? CodeOf(new Address(data.Slice(1, 20)))));
        lock (CodeReads) CodeReads.Add($"hashes {count}");
        return RunsConstructors ? new CallResult.Returned(words.ToArray()) : new CallResult.Refused("to is missing");
    }

    private Task<T> Answered<T>(T answer) => IsDown ? Task.FromException<T>(new ChainException("the node is down")) : Task.FromResult(answer);
}
