using Keeper.Core.Audit;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Host.Control;
using Keeper.Journal.Sqlite;
using Microsoft.Extensions.Logging;

namespace Keeper.Host.Configuration;

/// <summary>
/// From files to options. 1: the main file. 2: variables over it. 3: its sections. 4: the profile of the chain and the
/// protocols that it names. 5: what the verb needs. 6: what must agree. Every error is found before any is told; nothing is
/// contacted.
/// </summary>
internal static class KeeperConfig
{
    public const string DefaultPath = "config/keeper.json";

    private static readonly Dictionary<string, SqliteSynchronous> Synchronous = new() { ["full"] = SqliteSynchronous.Full, ["normal"] = SqliteSynchronous.Normal };
    private static readonly Dictionary<string, bool> Formats = new() { ["json"] = true, ["text"] = false };

    private static readonly Dictionary<string, LogLevel> Levels = new()
    {
        ["trace"] = LogLevel.Trace, ["debug"] = LogLevel.Debug, ["information"] = LogLevel.Information,
        ["warning"] = LogLevel.Warning, ["error"] = LogLevel.Error, ["critical"] = LogLevel.Critical,
    };

    public static LoadResult Load(string path, Needs needs, IReadOnlyDictionary<string, string> environment)
    {
        var errors = new List<ConfigError>();
        var file = Path.GetFullPath(path);
        var scope = new ConfigScope("", Path.GetDirectoryName(file)!, environment, errors);

        if (ConfigFile.Read(file, path, errors) is not { } tree) return new(null, errors, new Dictionary<string, IReadOnlyList<KnownKey>>());
        EnvironmentOverlay.Apply(tree, environment, errors);

        var root = new ConfigReader(scope, tree);
        var (chain, chainKeys) = ChainSection.Read(root, scope);
        var key = KeySection.Read(root, needs);
        var executor = ReadExecutor(root, needs);
        var (protocols, protocolKeys) = ProtocolFiles.Read(root, scope, executor?.Address);
        var journal = ReadJournal(root);
        var planning = ReadPlanning(root);
        var submission = ReadSubmission(root);
        var breakers = ReadBreakers(root);
        var audit = ReadAudit(root);
        var control = ReadControl(root, journal);
        var checkpoint = ReadCheckpoint(root, journal);
        var orderFlow = OrderFlowSection.Read(root, chain, submission, needs);
        var http = ReadHttp(root);
        var logging = ReadLogging(root);
        root.Finish();

        var options = errors.Count > 0 ? null : new KeeperOptions
        {
            File = file, Chain = chain!, Key = key, Executor = executor, Protocols = protocols, Journal = journal,
            Planning = planning, Submission = submission, OrderFlow = orderFlow, Breakers = breakers, Audit = audit, Control = control, Checkpoint = checkpoint, Http = http, Logging = logging,
        };
        return new(options, errors, new Dictionary<string, IReadOnlyList<KnownKey>> { ["keeper"] = scope.Known, ["chain"] = chainKeys, ["protocol"] = protocolKeys });
    }

    private static ExecutorOptions? ReadExecutor(ConfigReader root, Needs needs)
    {
        var reader = root.Section("executor", isRequired: false);
        var address = reader.Address("address", isRequired: true);
        var codeHash = reader.Hash("codeHash");
        var implementationCodeHash = reader.Hash("implementationCodeHash");
        var treasury = reader.Address("treasury", isRequired: false);
        reader.Finish();
        if (!reader.IsPresent && needs.HasFlag(Needs.Executor)) root.Fail("executor", "is missing", "the address that `keeper executor deploy` printed");
        return address is { } at ? new(at, codeHash, implementationCodeHash, treasury) : null;
    }

    private static JournalOptions ReadJournal(ConfigReader root)
    {
        var reader = root.Section("journal", isRequired: true);
        var journal = new JournalOptions(reader.FilePath("path"), reader.Choice("synchronous", Synchronous, "full"));
        reader.Finish();
        return journal;
    }

    private static PlanningOptions ReadPlanning(ConfigReader root)
    {
        var reader = root.Section("planning", isRequired: false);
        var planning = new PlanningOptions
        {
            MinProfit = new Usd((Int256)reader.Amount("minProfitUsd", 18, 1_000_000_000, "0")),
            GasSharePpm = (uint)reader.Integer("gasSharePpm", 1, 1_000_000, 500_000),
            ResolveBadDebt = reader.Boolean("resolveBadDebt", true),
            MaxAccountsPerTransaction = (int)reader.Integer("maxAccountsPerTransaction", 1, 256, 64),
            BlockGasSharePpm = (uint)reader.Integer("blockGasSharePpm", 1, 1_000_000, 500_000),
        };
        reader.Finish();
        return planning;
    }

    private static SubmissionOptions ReadSubmission(ConfigReader root)
    {
        var reader = root.Section("submission", isRequired: false);
        var submission = new SubmissionOptions
        {
            MaxInFlight = (int)reader.Integer("maxInFlight", 1, 16, 16),
            HardFeeCap = new Wei(reader.Amount("hardFeeCapGwei", 9, 1_000_000, "500")),
            MinPriorityFee = new Wei(reader.Amount("minPriorityFeeGwei", 9, 1_000_000, "0.001")),
            FirstTipPercentile = reader.Number("firstTipPercentile", 0, 100, 60),
            DeadlineBlocks = (int)reader.Integer("deadlineBlocks", 2, 1_000, 24),
            FeeHeadroomBlocks = (int)reader.Integer("feeHeadroomBlocks", 0, 50, 6),
            FirstBidSharePpm = (uint)reader.Integer("firstBidSharePpm", 0, 1_000_000, 100_000),
            BumpAfter = reader.Integer("bumpAfterMs", 0, 3_600_000, 0) is > 0 and var milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
            MaxTransactionCost = new Wei(reader.Amount("maxTransactionCost", 18, 1_000_000_000, "10")),
            MaxCostPerHour = new Wei(reader.Amount("maxCostPerHour", 18, 1_000_000_000, "50")),
            MaxCostPerKey = reader.Amount("maxCostPerKey", 18, 1_000_000_000, "0") is var ever && ever.IsZero ? null : new Wei(ever),
            BalanceSharePpm = (uint)reader.Integer("balanceSharePpm", 1, 16_000_000, 1_000_000),
            Confirmations = (int)reader.Integer("confirmations", 1, 1_000, 1),
        };
        if (submission.HardFeeCap == Wei.Zero) reader.Fail("hardFeeCapGwei", "is 0, at which nothing can be sent", "above 0");
        else if (submission.MinPriorityFee > submission.HardFeeCap) reader.Fail("minPriorityFeeGwei", "exceeds submission.hardFeeCapGwei", "at most the hard cap");
        if (submission.MaxTransactionCost == Wei.Zero) reader.Fail("maxTransactionCost", "is 0, at which nothing can be sent", "above 0");
        else if (submission.MaxTransactionCost > submission.MaxCostPerHour) reader.Fail("maxTransactionCost", "exceeds submission.maxCostPerHour", "at most the cost of an hour");
        if (submission.MaxCostPerKey < submission.MaxTransactionCost) reader.Fail("maxCostPerKey", "is less than submission.maxTransactionCost", "0 for no bound, or at least the cost of one transaction");
        reader.Finish();
        return submission;
    }

    private static BreakerOptions ReadBreakers(ConfigReader root)
    {
        var reader = root.Section("breakers", isRequired: false);
        var breakers = new BreakerOptions
        {
            GasWithoutSuccess = new Wei(reader.Amount("gasWithoutSuccess", 18, 1_000_000_000, "5")),
            ConsecutiveReverts = (int)reader.Integer("consecutiveReverts", 1, 1_000, 5),
            MinBalance = new Wei(reader.Amount("minBalance", 18, 1_000_000_000, "0.01")),
            ContradictedPlans = (int)reader.Integer("contradictedPlans", 1, 1_000, 5),
            ResumeAfterSeconds = (ulong)reader.Integer("resumeAfterSeconds", 0, 604_800, 900),
        };
        if (breakers.GasWithoutSuccess == Wei.Zero) reader.Fail("gasWithoutSuccess", "is 0, at which the first transaction halts sending", "above 0");
        reader.Finish();
        return breakers;
    }

    private static AuditOptions ReadAudit(ConfigReader root)
    {
        var reader = root.Section("audit", isRequired: false);
        var audit = new AuditOptions
        {
            AccountsPerBlock = (int)reader.Integer("accountsPerBlock", 0, 1_000, 32),
            MaxMismatchesPerHour = (int)reader.Integer("maxMismatchesPerHour", 0, 1_000, 3),
        };
        reader.Finish();
        return audit;
    }

    private static ControlOptions ReadControl(ConfigReader root, JournalOptions journal)
    {
        var reader = root.Section("control", isRequired: false);
        var named = reader.OptionalPath("socket");
        // A folder of its own, so that it can be its owner's alone whatever the journal's folder is.
        var socket = named ?? (journal.Path.Length > 0 ? Path.Combine(journal.Path + ".control", "socket") : "");
        if (ControlSocket.IsTooLong(socket)) reader.Fail("socket", $"is {(named is null ? "missing, and " : "")}{socket}{(named is null ? " is" : ", which is")} too long for a socket", $"a path of at most {ControlSocket.MaxPathBytes} bytes");
        reader.Finish();
        return new(socket);
    }

    private static MirrorKeepingOptions ReadCheckpoint(ConfigReader root, JournalOptions journal)
    {
        var reader = root.Section("checkpoint", isRequired: false);
        var checkpoint = new MirrorKeepingOptions(reader.OptionalPath("path") ?? journal.Path + ".mirror", TimeSpan.FromSeconds(reader.Integer("everySeconds", 0, 86_400, 600)));
        reader.Finish();
        return checkpoint;
    }

    private static HttpOptions ReadHttp(ConfigReader root)
    {
        var reader = root.Section("http", isRequired: false);
        var http = new HttpOptions { Listen = reader.Listen("listen", "127.0.0.1:9464") };
        reader.Finish();
        return http;
    }

    private static LoggingOptions ReadLogging(ConfigReader root)
    {
        var reader = root.Section("logging", isRequired: false);
        var logging = new LoggingOptions { Level = reader.Choice("level", Levels, "information"), Json = reader.Choice("format", Formats, "json") };
        reader.Finish();
        return logging;
    }
}
