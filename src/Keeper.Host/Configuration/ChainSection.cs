using System.Globalization;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes.Limits;
using Keeper.Core.Primitives;
using Keeper.Host.Running;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>chain</c>, and <c>chains/&lt;id&gt;.json</c> beside the main file.</summary>
internal static class ChainSection
{
    /// <summary>JSON numbers are exact to here (RFC 8259, section 6), and no chain id is larger.</summary>
    private const long MaxExactInteger = (1L << 53) - 1;

    /// <summary>What a keeper asks nodes for.</summary>
    private static readonly string[] Methods =
    [
        "eth_call", "eth_chainId", "eth_feeHistory", "eth_getBalance", "eth_getBlockByHash", "eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getCode", "eth_getLogs",
        "eth_getStorageAt", "eth_getTransactionCount", "eth_getTransactionReceipt", "eth_sendRawTransaction",
    ];

    private static readonly Dictionary<string, TransactionOrdering> Orderings = new()
    {
        ["priorityFee"] = TransactionOrdering.PriorityFee, ["firstCome"] = TransactionOrdering.FirstCome, ["privateAuction"] = TransactionOrdering.PrivateAuction,
    };

    private static readonly Dictionary<string, FeeModel> FeeModels = new()
    {
        ["eip1559"] = FeeModel.Eip1559, ["legacy"] = FeeModel.Legacy, ["opStack"] = FeeModel.OpStack, ["arbitrum"] = FeeModel.Arbitrum,
    };

    private static readonly Dictionary<string, LogCompleteness> Completenesses = new()
    {
        ["receiptsRoot"] = LogCompleteness.ReceiptsRoot, ["agreement"] = LogCompleteness.Agreement,
    };

    public static (ChainOptions? Options, IReadOnlyList<KnownKey> Known) Read(ConfigReader root, ConfigScope scope)
    {
        var reader = root.Section("chain", isRequired: true);
        var before = scope.Errors.Count;
        var id = reader.Integer("id", 1, MaxExactInteger);
        var idIsGood = reader.IsPresent && scope.Errors.Count == before;
        var names = string.Join(" or ", ChainLibraries.BuiltIn.Select(library => library.Name));
        var client = reader.Text("client", $"{names}: the client is always named, so that no package that happens to be there decides it");
        if (client.Length > 0 && ChainLibraries.Find(client) is null)
            reader.Fail("client", client == ChainLibraries.OptionalName ? $"is \"{client}\", which this build does not contain" : "names no client of this build", names);
        var endpoints = ReadEndpoints(reader);
        var pending = PendingUpdatesSection.Read(reader);
        reader.Finish();

        var (profile, known) = idIsGood ? ReadProfile((ulong)id, reader, scope) : (null, []);
        if (profile is null) return (null, known);
        var options = new ChainOptions((ulong)id, client, endpoints, profile) { PendingUpdates = pending };
        PendingUpdatesSection.Check(reader, options);
        return (options, known);
    }

    private static List<EndpointOptions> ReadEndpoints(ConfigReader chain)
    {
        var endpoints = new List<EndpointOptions>();
        foreach (var reader in chain.Sections("endpoints"))
        {
            var endpoint = new EndpointOptions(
                reader.Text("name", "a short name for logs and metrics"), reader.Url("http", "http", "https"), reader.Url("ws", "ws", "wss"))
            {
                Limits = ReadLimits(reader),
            };
            reader.Finish();
            if (!reader.Has("http") && !reader.Has("ws")) reader.Fail("http", "is missing", "a URL in http, ws or both");
            if (endpoints.Any(other => other.Name == endpoint.Name)) reader.Fail("name", "repeats the name of another endpoint", "each name once");
            endpoints.Add(endpoint);
        }
        return endpoints;
    }

    private static EndpointLimits ReadLimits(ConfigReader endpoint)
    {
        var (rate, budget) = (endpoint.Integer("requestsPerSecond", 0, 1_000_000, 0), endpoint.Integer("dailyCostUnits", 0, MaxExactInteger, 0));
        var units = endpoint.Section("costUnits", isRequired: false);
        var limits = new EndpointLimits
        {
            RequestsPerSecond = rate == 0 ? null : (int)rate,
            DailyCostUnits = budget == 0 ? null : budget,
            CostUnits = Methods.ToDictionary(method => method, method => (int)units.Integer(method, 0, 1_000_000, 1)),
        };
        units.Finish();
        return limits;
    }

    private static (ChainProfile? Profile, IReadOnlyList<KnownKey> Known) ReadProfile(ulong id, ConfigReader chain, ConfigScope main)
    {
        var name = $"chains/{id.ToString(CultureInfo.InvariantCulture)}.json";
        var path = Path.Combine(main.Folder, name);
        if (!File.Exists(path))
        {
            chain.Fail("id", $"is {id}, for which {path} is missing", $"a profile at that path, or one of {string.Join(", ", Shipped(main.Folder))}");
            return (null, []);
        }
        var scope = new ConfigScope($"{name}: ", Path.GetDirectoryName(path)!, main.Environment, main.Errors);
        if (ConfigFile.Read(path, name, main.Errors) is not { } tree) return (null, []);

        var reader = new ConfigReader(scope, tree);
        var profile = new ChainProfile
        {
            ChainId = (ulong)reader.Integer("chainId", 1, MaxExactInteger),
            Name = reader.Text("name", "a short name"),
            BlockTime = TimeSpan.FromMilliseconds(reader.Integer("blockTimeMs", 50, 600_000)),
            Ordering = reader.Choice("ordering", Orderings, "priorityFee"),
            FeeModel = reader.Choice("feeModel", FeeModels, "eip1559"),
            HasPublicMempool = reader.Boolean("publicMempool", fallback: false),
            TransactionGasCap = new Gas((ulong)reader.Integer("transactionGasCap", 21_000, 1_000_000_000, 16_777_216)),
            MaxLogRange = (int)reader.Integer("maxLogRange", 1, 1_000_000, 2_000),
            Completeness = reader.Choice("completeness", Completenesses, "agreement"),
            FinalityDepth = (int)reader.Integer("finalityDepth", 1, 100_000, 64),
            Multicall = reader.Address("multicall", isRequired: false),
            Currency = ReadCurrency(reader),
            NativePriceFeed = reader.Address("nativePriceFeed", isRequired: false),
            NativePriceMaxAge = TimeSpan.FromSeconds(reader.Integer("nativePriceMaxAgeSeconds", 1, 604_800, 7_200)),
            NativePriceWorstCase = new Usd((Int256)reader.Amount("nativePriceWorstCaseUsd", 18, 1_000_000_000)),
        };
        reader.Pass("$sources");
        if (profile.ChainId != id) reader.Fail("chainId", $"is {profile.ChainId}", $"{id}, as the file is named");
        reader.Finish();
        return (profile, scope.Known);
    }

    private static string ReadCurrency(ConfigReader reader)
    {
        const string Expected = "three to five capital letters, such as USD, EUR or ETH";
        var currency = reader.Text("currency", Expected, ChainProfile.Dollar);
        if (currency.Length is < 3 or > 5 || !currency.All(char.IsAsciiLetterUpper)) reader.Fail("currency", $"is {ForeignText.Clean(currency, 20)}", Expected);
        return currency;
    }

    private static IEnumerable<string> Shipped(string folder)
    {
        var chains = Path.Combine(folder, "chains");
        var names = Directory.Exists(chains) ? Directory.GetFiles(chains, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)) : [];
        return names.Order(StringComparer.Ordinal).DefaultIfEmpty("the profiles of the repository's config/chains");
    }
}
