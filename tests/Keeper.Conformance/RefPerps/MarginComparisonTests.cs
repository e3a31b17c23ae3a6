using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Running;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.RefPerps;

/// <summary>
/// The adapter against the contract: a random exchange is mirrored by events alone, and at every block each account's
/// E, R, I and verdict, each minimal close and all sums must be the contract's, to the wei.
/// </summary>
public sealed class MarginComparisonTests(ITestOutputHelper output)
{
    private const int AccountsPerSeed = 100;
    private const int BlocksPerSeed = 80;
    private static readonly Hash32 PositionLiquidated = Keccak.Topic("PositionLiquidated(uint256,uint32,address,uint256,int256,uint256,uint256,uint256,int256,bool)");

    [Fact]
    public async Task Ten_thousand_account_states_are_judged_as_the_contract_judges_them()
    {
        var seeds = Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? Enumerable.Range(1, 40) : Enumerable.Range(1, 3);
        var (counts, census) = (new Counts(), new EventCensus());
        foreach (var seed in seeds)
        {
            // A chain for each: Anvil keeps the state of every block, and grows slower with it.
            await using var chain = await TestChain.StartAsync();
            await using var client = NodeChainClient.Create(
                ChainLibraries.Preferred,
                new ChainClientOptions
                {
                    Profile = AnvilNode.Profile,
                    Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url, RequestTimeout = TimeSpan.FromMinutes(1) }],
                },
                PollyReadRetry.Create,
                TimeProvider.System, NullLoggerFactory.Instance);
            await new Run(chain, client, seed, counts, census).GoAsync();
            output.WriteLine($"after seed {seed}: {counts}; {census}");
        }
        Assert.Empty(census.Unseen);
        Assert.True(counts.States >= 10_000, counts.ToString());
        Assert.True(counts is { Healthy: > 0, Liquidatable: > 0, Unusable: > 0, BadDebt: > 0, Empty: > 0 }, counts.ToString());
        Assert.True(counts is { PartialCloses: > 0, FullCloses: > 0, PlansRun: > 0, CallsRun: > 0, PlansThatCloseTwice: > 0, ChosenSizesTaken: > 0, ChosenSizesRefused: > 0, BlocksUndone: > 0 }, counts.ToString());
    }

    private sealed record Counts
    {
        public int States { get; set; }
        public int Healthy { get; set; }
        public int Liquidatable { get; set; }
        public int Unusable { get; set; }
        public int BadDebt { get; set; }
        public int Empty { get; set; }
        public int PartialCloses { get; set; }
        public int FullCloses { get; set; }
        public int PlansRun { get; set; }
        public int CallsRun { get; set; }
        public int PlansThatCloseTwice { get; set; }
        public int ChosenSizesTaken { get; set; }
        public int ChosenSizesRefused { get; set; }
        public ulong BlocksUndone { get; set; }
        public ulong MostGasPercent { get; set; }
        public ulong MostGasOfResolving { get; set; }
    }

    private sealed class Run(TestChain chain, NodeChainClient client, int seed, Counts counts, EventCensus census)
    {
        private readonly Random _random = new(seed);
        private Exchange _exchange = null!;
        private ExchangeReader _reader = null!;
        private EventMirror _mirror = null!;
        private RandomExchange _world = null!;

        private RefPerpsProtocol Protocol => _mirror.Protocol;

        public async Task GoAsync()
        {
            _exchange = await Exchange.DeployAsync(chain, RandomExchange.FirstGlobals);
            _reader = new(client, _exchange);
            _world = new(chain, _exchange, _random);
            await _world.SetUpAsync(AccountsPerSeed);
            _mirror = new(client, _exchange);
            await _mirror.BackfillAsync(chain.Number);
            await CompareAsync();
            for (var block = 1; block <= BlocksPerSeed; block++)
            {
                var chosen = await _world.SendBlockAsync(ChosenLiquidations());
                await chain.MineAsync(_world.NextDelay(), chosen);
                counts.ChosenSizesTaken += chosen.Count(receipt => receipt.Succeeded);
                counts.ChosenSizesRefused += chosen.Count(receipt => !receipt.Succeeded);
                await _mirror.FollowAsync(chain.Number);
                if (block % 10 == 0) await _mirror.RewindAsync(_random.Next(1, 8));
                await CompareAsync();
                if (block % 2 == 0) await RunPlanAsync();
            }
            counts.BlocksUndone += _mirror.BlocksUndone;
            census.Add(await client.GetLogsAsync(new([_exchange.Perps], EventCensus.Topics), _exchange.DeployBlock, chain.Number, CancellationToken.None));
            census.AddRotations(Enumerable.Range(0, Protocol.State.Feeds.Count).Select(feed => Protocol.State.Feeds[feed].Round));
        }

        private async Task CompareAsync()
        {
            var (block, time) = (chain.Number, chain.Time);
            var ids = Enumerable.Range(0, Protocol.AccountCount).Select(account => UInt256.Parse(Protocol.KeyOf(account))).ToArray();
            Assert.Equal(_world.Accounts, ids.Length);
            var said = await _reader.HealthAsync(ids, block);
            var closes = new List<(UInt256 Id, uint Market, UInt256 Size, bool Full)>();
            for (var account = 0; account < ids.Length; account++)
            {
                var where = $"seed {seed}, block {block}, account {ids[account]}";
                var health = Protocol.Health(account, time);
                var verdict = Protocol.Evaluate(account, time);
                AccountHealth? expected = said[account].Ok ? new(said[account].Equity, said[account].Maintenance, said[account].Initial) : null;
                Assert.True(expected == health, $"{where}: the contract says {expected}, the mirror {health}.");
                Assert.True(said[account].Liquidatable == (verdict.Kind == VerdictKind.Liquidatable), $"{where}: liquidatable {said[account].Liquidatable}, the mirror {verdict}.");
                Assert.True(said[account].Ok == (verdict.Kind != VerdictKind.PriceUnusable), where);
                Count(verdict.Kind);
                if (verdict.Kind != VerdictKind.Liquidatable) continue;
                Assert.Equal((health!.Value.Equity, health.Value.Maintenance), (verdict.Equity, verdict.Requirement));
                var working = new WorkingAccount(Protocol.State, Protocol.Margin, account, time);
                foreach (var position in working.Positions)
                {
                    var close = working.Try(position, verdict.Equity, verdict.Requirement);
                    closes.Add((ids[account], position.Market, close.Size, close.Full));
                    if (close.Size == position.Size.Abs) counts.FullCloses++;
                    else counts.PartialCloses++;
                }
            }
            var contractCloses = closes.Count == 0 ? [] : await _reader.ClosesAsync(closes.Select(close => (close.Id, close.Market)).ToArray(), block);
            foreach (var (mine, theirs) in closes.Zip(contractCloses)) Assert.Equal((true, mine.Full, mine.Size), (theirs.Ok, theirs.Full, theirs.Size));
            await CompareBooksAsync(block);
        }

        private async Task CompareBooksAsync(ulong block)
        {
            var globals = Protocol.State.Globals;
            Assert.Equal(await _reader.BooksAsync(block), new(globals.TotalQuote, globals.Pool, globals.InsuranceFund, Protocol.State.Cash()));
            for (var market = 0; market < Protocol.State.Markets.Count; market++)
            {
                var row = Protocol.State.Markets[market];
                Assert.Equal(
                    await _reader.MarketAsync(Protocol.State.Markets.KeyAt(market), block),
                    new(row.FundingIndex, row.FundingTime, row.FundingRate, row.Skew, row.OiLong, row.OiShort));
            }
        }

        /// <summary>Sends the plan of one account in a block of its own: every call must succeed within its gas and pay what was expected.</summary>
        private async Task RunPlanAsync()
        {
            var time = chain.Time + 7;
            var candidates = Enumerable.Range(0, Protocol.AccountCount).Where(account => Protocol.Plan(account, time).Count > 0).ToArray();
            if (candidates.Length == 0) return;
            var account = candidates[_random.Next(candidates.Length)];
            var plan = Protocol.Plan(account, time);
            var receipts = new List<TestChain.Receipt>();
            foreach (var call in plan) receipts.Add(await chain.SendAsync(_exchange.Keeper, call.Target, call.Data.ToArray(), call.GasLimit.Value));
            await chain.MineAsync(7, receipts);
            foreach (var (call, receipt) in plan.Zip(receipts))
            {
                Assert.True(receipt.Succeeded, $"seed {seed}, block {chain.Number}, account {Protocol.KeyOf(account)}: {call.What} failed with {receipt.GasUsed} of {call.GasLimit} gas.");
                if (call.What.StartsWith("resolve", StringComparison.Ordinal)) counts.MostGasOfResolving = Math.Max(counts.MostGasOfResolving, receipt.GasUsed);
                else counts.MostGasPercent = Math.Max(counts.MostGasPercent, receipt.GasUsed * 100 / call.GasLimit.Value);
                counts.CallsRun++;
            }
            var paid = await client.GetLogsAsync(new([_exchange.Perps], [PositionLiquidated]), chain.Number, chain.Number, CancellationToken.None);
            Assert.Equal(
                plan.Where(call => call.What.StartsWith("close", StringComparison.Ordinal)).Select(call => call.ExpectedReward),
                paid.Select(log => UInt256.ReadBigEndian(log.Data.Span[128..160])));
            counts.PlansRun++;
            if (plan.Select(call => Convert.ToHexString(call.Data.Span)).Distinct().Count() < plan.Count) counts.PlansThatCloseTwice++;
            await _mirror.FollowAsync(chain.Number);
            Assert.True(Protocol.Evaluate(account, chain.Time).Kind is VerdictKind.Healthy or VerdictKind.Empty or VerdictKind.Liquidatable);
            await CompareAsync();
        }

        /// <summary>Sizes of keepers who compute for themselves: x* and some lots beside it, the whole, and nonsense.</summary>
        private List<(UInt256, uint, UInt256)> ChosenLiquidations()
        {
            var chosen = new List<(UInt256, uint, UInt256)>();
            for (var account = 0; account < Protocol.AccountCount; account++)
            {
                var verdict = Protocol.Evaluate(account, chain.Time);
                if (verdict.Kind != VerdictKind.Liquidatable || !_world.Chance(0.1)) continue;
                var working = new WorkingAccount(Protocol.State, Protocol.Margin, account, chain.Time);
                var position = working.Positions[_random.Next(working.Positions.Count)];
                var minimal = working.Try(position, verdict.Equity, verdict.Requirement).Size;
                var lots = (ulong)_random.Next(0, 4);
                var size = _random.Next(5) switch { 0 => position.Size.Abs, 1 => UInt256.MaxValue, 2 => UInt256.One, _ => minimal + position.Terms.Lot * lots };
                chosen.Add((UInt256.Parse(Protocol.KeyOf(account)), position.Market, size));
            }
            return chosen;
        }

        private void Count(VerdictKind kind)
        {
            counts.States++;
            _ = kind switch
            {
                VerdictKind.Healthy => counts.Healthy++,
                VerdictKind.Liquidatable => counts.Liquidatable++,
                VerdictKind.PriceUnusable => counts.Unusable++,
                VerdictKind.BadDebt => counts.BadDebt++,
                _ => counts.Empty++,
            };
        }
    }
}
