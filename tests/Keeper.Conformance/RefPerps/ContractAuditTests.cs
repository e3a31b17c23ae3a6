using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Running;
using Keeper.Protocols.Oracles;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.RefPerps;

/// <summary>The audit's views against the contract on a random exchange: silent while the mirror is right, found and healed whatever row of it is spoilt.</summary>
public sealed class ContractAuditTests(ITestOutputHelper output)
{
    private const int Accounts = 40;
    private const int Blocks = 30;
    private const int Seed = 11;

    /// <summary>What a lost log can leave behind, each in the row of one open position, its market or its feed.</summary>
    private static readonly IReadOnlyList<(string Name, Action<RefPerpsState, int, PositionRow> Apply)> Damages =
    [
        ("balance", (state, account, _) => state.SetQuote(account, state.Accounts[account].Quote + 1)),
        ("position of another size", (state, account, row) => state.SetPosition(account, Id(state, row), row.Size + row.Size, row.EntryNotional, row.EntryFunding)),
        ("position of another basis", (state, account, row) => state.SetPosition(account, Id(state, row), row.Size, row.EntryNotional + 1, row.EntryFunding)),
        ("position that is missing", (state, account, row) => state.SetPosition(account, Id(state, row), 0, 0, 0)),
        ("position that was closed", (state, account, row) => state.SetPosition(account, Other(state, account), 1_000_000_000_000_000_000L, 1, 0)),
        ("skew", (state, _, row) => state.SetMarket(row.Market, state.Markets[row.Market] with { Skew = state.Markets[row.Market].Skew + (Int256)state.Markets[row.Market].Params!.SkewScale })),
        ("funding index", (state, _, row) => state.SetMarket(row.Market, state.Markets[row.Market] with { FundingIndex = state.Markets[row.Market].FundingIndex + 1_000_000_000_000_000_000L })),
        ("parameters", (state, _, row) => state.SetMarket(row.Market, state.Markets[row.Market] with { Params = state.Markets[row.Market].Params! with { LiqFeePpm = 77_777UL } })),
        ("tiers", (state, _, row) => state.SetMarket(row.Market, state.Markets[row.Market] with { Maintenance = new([(UInt256.MaxValue >> 128, 123_457)]) })),
        ("price", (state, _, row) => state.Feeds.Set(state.Markets[row.Market].Feed, Feed(state, row) with { Answer = Feed(state, row).Answer + Feed(state, row).Answer })),
        ("price that is too old", (state, _, row) => state.Feeds.Set(state.Markets[row.Market].Feed, Feed(state, row) with { UpdatedAt = 1 })),
    ];

    [Fact]
    public async Task It_is_silent_while_the_mirror_is_right_and_finds_and_heals_whatever_is_spoilt()
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url, RequestTimeout = TimeSpan.FromMinutes(1) }] },
            PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var random = new Random(Seed);
        var exchange = await Exchange.DeployAsync(chain, RandomExchange.FirstGlobals);
        var world = new RandomExchange(chain, exchange, random);
        await world.SetUpAsync(Accounts);
        var mirror = new EventMirror(client, exchange);
        await mirror.BackfillAsync(chain.Number);
        var protocol = mirror.Protocol;
        var (answered, refused) = (0, 0);
        var healed = new HashSet<string>();
        for (var block = 1; block <= Blocks; block++)
        {
            await world.SendBlockAsync([]);
            await chain.MineAsync(world.NextDelay());
            await mirror.FollowAsync(chain.Number);
            var (views, differences) = await AuditAsync();
            Assert.True(differences.Count == 0, $"block {block}: {string.Join("; ", differences.Values.SelectMany(found => found))}");
            answered += views.Count(view => view is CallResult.Returned { Data.Length: 96 });
            refused += views.Count(view => view is CallResult.Reverted);
            if (block % 3 == 0) await SpoilAsync(block);
        }
        output.WriteLine($"{answered} verdicts and {refused} refusals compared; healed: {string.Join(", ", healed)}");
        Assert.True(answered > 500 && refused > 0);
        Assert.Equal(Damages.Select(damage => damage.Name).Order(), healed.Order());

        async Task SpoilAsync(int block)
        {
            var usable = Enumerable.Range(0, protocol.AccountCount).Where(
                account => protocol.State.Accounts[account].FirstPosition != AccountRow.None && protocol.Health(account, chain.Time) is not null).ToArray();
            if (usable.Length == 0) return;
            var (account, before) = (usable[random.Next(usable.Length)], States());
            foreach (var (name, damage) in Damages)
            {
                mirror.Undo.Push();
                damage(protocol.State, account, protocol.State.Positions[protocol.State.Accounts[account].FirstPosition]);
                // Where a bound hides it (a premium at its cap) no verdict hangs on it.
                if (States().SequenceEqual(before))
                {
                    mirror.Undo.Rollback();
                    continue;
                }
                var (_, found) = await AuditAsync();
                Assert.True(found.ContainsKey(account), $"block {block}: a {name} that is spoilt was not found.");
                foreach (var (read, answer) in await AnswersAsync(protocol.RepairReads(account))) read.Apply(answer is CallResult.Returned returned ? returned.Data : throw new InvalidOperationException(read.What));
                var (_, left) = await AuditAsync();
                Assert.True(left.Count == 0, $"block {block}: a {name} that was spoilt is not healed: {string.Join("; ", left.Values.SelectMany(entry => entry))}");
                Assert.Equal(before, States());
                // With the block it all goes back, the repair too.
                mirror.Undo.Rollback();
                Assert.Equal(before, States());
                healed.Add(name);
            }
        }

        async Task<(IReadOnlyList<CallResult> Views, Dictionary<int, IReadOnlyList<AuditDifference>> Differences)> AuditAsync()
        {
            var reads = Enumerable.Range(0, protocol.AccountCount).SelectMany(account => protocol.AuditReads(account, chain.Time).Select(read => (Account: account, Read: read))).ToArray();
            var answers = await client.CallAsync([.. reads.Select(read => read.Read.Call)], BlockId.At(chain.Number), default);
            return (answers, reads.Zip(answers).Select(pair => (pair.First.Account, Found: pair.First.Read.Compare(pair.Second)!)).Where(pair => pair.Found is { Count: > 0 })
                .GroupBy(pair => pair.Account).ToDictionary(group => group.Key, IReadOnlyList<AuditDifference> (group) => [.. group.SelectMany(pair => pair.Found)]));
        }

        async Task<IEnumerable<(StateRead, CallResult)>> AnswersAsync(IReadOnlyList<StateRead> reads) =>
            reads.Zip(await client.CallAsync([.. reads.Select(read => read.Call)], BlockId.At(chain.Number), default));

        string[] States() => [.. Enumerable.Range(0, protocol.AccountCount).Select(account => $"{protocol.State.Accounts[account].Quote} {protocol.Health(account, chain.Time)} {protocol.Evaluate(account, chain.Time)}")];
    }

    private static uint Id(RefPerpsState state, PositionRow row) => state.Markets.KeyAt(row.Market);

    private static FeedRow Feed(RefPerpsState state, PositionRow row) => state.Feeds[state.Markets[row.Market].Feed];

    /// <summary>A market in which the account has nothing.</summary>
    private static uint Other(RefPerpsState state, int account)
    {
        var held = new HashSet<int>();
        for (var at = state.Accounts[account].FirstPosition; at != AccountRow.None; at = state.Positions[at].Next) held.Add(state.Positions[at].Market);
        return state.Markets.KeyAt(Enumerable.Range(0, state.Markets.Count).First(market => !held.Contains(market)));
    }
}
