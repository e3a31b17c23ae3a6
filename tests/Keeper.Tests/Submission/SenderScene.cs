using System.Text;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Pending;
using Keeper.Core.Journal;
using Keeper.Core.OrderFlow;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Core.Telemetry;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Submission;

/// <summary>
/// A sender among doubles that answer at once, so that it has done all there is to do when <see cref="PumpAsync"/> returns.
/// </summary>
internal sealed class SenderScene
{
    public static readonly Address Executor = ScriptedProtocol.AddressOf(0xe);

    private readonly ISigner? _signer;
    private ulong _number = 100;

    public SenderScene(
        SubmissionOptions? options = null, ISigner? signer = null, bool isDryRun = false, VolatileJournal? journal = null, ChainProfile? profile = null, ScriptedProtocol? lend = null,
        BreakerOptions? breakers = null, IPrivateFlow? flow = null, SettableTime? time = null, ScriptedProtocol? other = null, int quietHeads = 1, IPendingPool? pool = null)
    {
        Time = time ?? new();
        Lend = lend ?? new(new());
        Options = options ?? new();
        Journal = journal ?? new(Time);
        _signer = isDryRun ? null : signer ?? Signer;
        Profile = profile ?? TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12) };
        Chain.TransactionCount = 5;
        Chain.Sending = raw => Steps.Add("send");
        Journal.Appending = entries => Steps.Add("journal " + string.Join(" and ", entries.Select(entry => entry.GetType().Name)));
        Readiness = new(Time);
        SkipReport = new(Time, SkipLog);
        Sender = new(Chain, Journal, _signer, new(Options, Profile, Executor, Signer.Address, Keccak.Hash) { Breakers = breakers ?? new(), QuietHeads = quietHeads }, other is null ? [Lend] : [Lend, other], Readiness, SkipReport, Time, Log, flow, pool);
    }

    public SettableTime Time { get; }
    public ScriptedChain Chain { get; } = new();
    public VolatileJournal Journal { get; }
    public TextSigner Signer { get; } = new();
    public ScriptedProtocol Lend { get; }
    public ListLogger<Sender> Log { get; } = new();
    public Readiness Readiness { get; }
    public SubmissionOptions Options { get; }
    public ChainProfile Profile { get; }
    public Sender Sender { get; }
    public GasMarket Gas { get; set; } = Market();

    /// <summary>What the clock advances by with each head.</summary>
    public TimeSpan HeadInterval { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>What was journalled and sent, in order.</summary>
    public List<string> Steps { get; } = [];

    public IReadOnlyList<string> Sent => Chain.Sent.ConvertAll(raw => Encoding.UTF8.GetString(raw.Span));
    public SkipReport SkipReport { get; }
    public ListLogger<SkipReport> SkipLog { get; } = new();

    public string[] Skips => [.. SkipLog.Lines.Where(line => line.Contains("Skipped ")).Select(line => line[(line.IndexOf("Skipped ", StringComparison.Ordinal) + 8)..])];

    public static async Task<SenderScene> StartAsync(
        SubmissionOptions? options = null, ISigner? signer = null, bool isDryRun = false, VolatileJournal? journal = null, Action<SenderScene>? setUp = null, ChainProfile? profile = null,
        BreakerOptions? breakers = null, IPrivateFlow? flow = null, SettableTime? time = null, ScriptedProtocol? other = null, int quietHeads = 1, IPendingPool? pool = null,
        ScriptedProtocol? lend = null, IReadOnlyList<Log>? history = null)
    {
        var scene = new SenderScene(options, signer, isDryRun, journal, profile, lend, breakers: breakers, flow: flow, time: time, other: other, quietHeads: quietHeads, pool: pool);
        setUp?.Invoke(scene);
        await scene.Sender.RecoverAsync(scene.HeadAt(Block(100)), default, history);
        return scene;
    }

    /// <summary>A plan of one call an account, each worth 100 dollars.</summary>
    public LiquidationPlan PlanOf(params string[] accounts) => new(
        [.. accounts.Select(account => new PlannedAccount("lend:" + account, Lend, [ScriptedProtocol.Call(Usd.Whole(100), what: "close " + account)]))],
        Block(_number), HintBlock: null, MaxGasCost: Wei.FromGwei(20_000_000), new(Usd.Whole(3_000), IsWorstCase: false), Time.GetTimestamp());

    public Task<SkipReason?> OfferAsync(params string[] accounts) => OfferAsync(PlanOf(accounts));

    public async Task<SkipReason?> OfferAsync(LiquidationPlan plan)
    {
        var refused = Sender.TryOffer(plan, Gas);
        await PumpAsync();
        return refused;
    }

    /// <summary>Offers plan after plan, as many as may be in flight.</summary>
    /// <returns>What the journal ended the sender with; null where it went on.</returns>
    public async Task<JournalException?> OfferUntilStoppedAsync()
    {
        JournalException? stopped = null;
        for (var n = 0; stopped is null && n < Options.MaxInFlight; n++)
        {
            Sender.TryOffer(PlanOf($"{n + 10}"), Gas);
            using var stop = new CancellationTokenSource();
            var running = Sender.RunAsync(stop.Token);
            await stop.CancelAsync();
            stopped = await Record.ExceptionAsync(() => running) as JournalException;
        }
        return stopped;
    }

    /// <summary>What an operator asks, answered.</summary>
    public async Task<ControlAnswer> AskAsync(ControlRequest request)
    {
        var answer = Sender.AskAsync(request, default);
        await PumpAsync();
        return await answer;
    }

    /// <summary>The next block.</summary>
    public Task NextAsync(params Log[] logs) => HeadAsync(Block(_number + 1), logs);

    /// <summary>A head, <see cref="HeadInterval"/> after what came before it.</summary>
    public async Task HeadAsync(BlockRef block, params Log[] logs)
    {
        Time.Advance(HeadInterval);
        _number = block.Number;
        Sender.OnBlock(HeadAt(block), logs);
        await PumpAsync();
    }

    /// <summary>Handles everything that waits.</summary>
    public async Task PumpAsync()
    {
        using var stop = new CancellationTokenSource();
        var running = Sender.RunAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    /// <summary>The newest signature of a nonce becomes part of a block.</summary>
    public Receipt Mine(JournalEntry.Signed signed, BlockRef? block = null, bool succeeded = true, params (bool Succeeded, byte[] Data)[] items)
    {
        var at = block ?? Block(_number + 1);
        var accounts = Journal.All<JournalEntry.Intended>().Last(intent => intent.Nonce == signed.Nonce).Items;
        Log[] logs =
        [
            .. items.Select((item, index) => ItemLog(at, signed.Hash, index, item.Succeeded, item.Data)),
            .. items.Select((item, index) => (item.Succeeded, accounts[index].Account)).Where(item => item.Succeeded)
                .Select(item => Lend.ChangeLog(at, item.Account["lend:".Length..], signed.Hash)),
        ];
        var receipt = new Receipt(signed.Hash, at.Number, at.Hash, succeeded, new Gas(200_000), Wei.FromGwei(11), null, logs);
        Chain.Receipts[signed.Hash] = receipt;
        Chain.TransactionCount = Math.Max(Chain.TransactionCount, signed.Nonce + 1);
        return receipt;
    }

    public NativeCoinPrice? CoinPrice { get; init; }

    public Head HeadAt(BlockRef block) => new(block, Gas, [Dollar]) { CoinPrice = CoinPrice };

    public static Log ItemLog(BlockRef block, Hash32 transaction, int index, bool succeeded, byte[] data) => TestChainData.Log(
        block, Executor, ExecutorCall.ItemExecutedTopic, new AbiWriter().Word(succeeded).Bytes(data).ToArray(), new Hash32((UInt256)(ulong)index), transaction);
}
