using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.MorphoBlue;
using Xunit.Abstractions;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>
/// The adapter against Morpho itself: random markets are mirrored by events alone, and at every block each market as it would have accrued, each account's debt, limit and
/// verdict, and all that a liquidation moves must be the contract's, to the wei.
/// </summary>
public sealed class MarketComparisonTests(ITestOutputHelper output)
{
    private const int BlocksPerSeed = 60;

    [Fact]
    public async Task Five_thousand_accounts_are_judged_as_Morpho_judges_them()
    {
        var seeds = Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? Enumerable.Range(1, 20) : [1];
        var counts = new Counts();
        foreach (var seed in seeds)
        {
            await using var chain = await TestChain.StartAsync();
            await using var client = MorphoWorld.Client(chain);
            await new Run(new(chain), client, seed, counts).GoAsync();
            output.WriteLine($"after seed {seed}: {counts}");
        }
        Assert.True(counts.Accounts >= 5_000, counts.ToString());
        Assert.True(counts is { Healthy: > 0, Liquidatable: > 0, Unusable: > 0, Empty: > 0, BlocksUndone: > 0, Audits: > 0 }, counts.ToString());
        Assert.True(counts is { ByShares: > 0, ByCollateral: > 0, Partial: > 0, BadDebts: > 0, RefusedAsHealthy: > 0 }, counts.ToString());
    }

    private sealed record Counts
    {
        public int Accounts { get; set; }
        public int Healthy { get; set; }
        public int Liquidatable { get; set; }
        public int Unusable { get; set; }
        public int Empty { get; set; }
        public int ByShares { get; set; }
        public int ByCollateral { get; set; }
        public int Partial { get; set; }
        public int BadDebts { get; set; }
        public int RefusedAsHealthy { get; set; }
        public int Audits { get; set; }
        public int BlocksUndone { get; set; }
    }

    private sealed class Run(MorphoWorld world, NodeChainClient client, int seed, Counts counts)
    {
        private readonly Random _random = new(seed);
        private readonly MorphoReader _reader = new(client, world);
        private MorphoMirror _mirror = null!;

        private MorphoBlueProtocol Protocol => _mirror.Protocol;

        public async Task GoAsync()
        {
            await world.DeployAsync();
            var markets = new RandomMarkets(world, _random);
            await markets.SetUpAsync();
            _mirror = new(client, world);
            await _mirror.BackfillAsync(world.Chain.Number);
            for (var block = 1; block <= BlocksPerSeed; block++)
            {
                await markets.SendBlockAsync();
                await world.Chain.MineAsync(markets.NextDelay());
                await _mirror.FollowAsync(world.Chain.Number);
                if (block % 10 == 0) await _mirror.RewindAsync(_random.Next(1, 8));
                await CompareAsync();
                if (block % 2 == 0) await LiquidateAsync();
                if (block % 10 != 0) continue;
                Assert.Empty(await _mirror.TotalsAsync());
                await AuditAsync();
            }
            counts.BlocksUndone += _mirror.BlocksUndone;
        }

        private async Task CompareAsync()
        {
            var time = world.Chain.Time;
            for (var market = 0; market < world.Markets.Count; market++)
            {
                var accounts = Enumerable.Range(0, Protocol.AccountCount).Where(account => Protocol.State.Positions.KeyAt(account).Market == market).ToArray();
                var (told, healths) = await _reader.JudgeAsync(world.Markets[market], [.. accounts.Select(account => Protocol.State.Positions.KeyAt(account).Borrower)]);
                var quote = Protocol.Health.QuoteOf(market, time);
                Assert.Equal(told, MorphoReader.Totals.Of(quote));
                foreach (var (account, health) in accounts.Zip(healths)) Compare(account, health, Protocol.Evaluate(account, time));
            }
        }

        private void Compare(int account, MorphoReader.Health health, Verdict verdict)
        {
            counts.Accounts++;
            var where = $"seed {seed}, block {world.Chain.Number}, account {Protocol.KeyOf(account)}: the contract says {health}, the mirror {verdict}.";
            if (verdict.Kind == VerdictKind.Empty)
            {
                counts.Empty++;
                Assert.True(health.Borrowed.IsZero, where);
                return;
            }
            Assert.True(health.Refuses == (verdict.Kind == VerdictKind.PriceUnusable), where);
            if (health.Refuses)
            {
                counts.Unusable++;
                return;
            }
            Assert.True(health.Borrowed == verdict.Requirement && (Int256)health.MaxBorrow == verdict.Equity && health.IsHealthy == (verdict.Kind == VerdictKind.Healthy), where);
            if (health.IsHealthy) counts.Healthy++;
            else counts.Liquidatable++;
        }

        /// <summary>Sends liquidations for a block at a time that was chosen before: what they move must be what was reckoned, and of a healthy account nothing.</summary>
        private async Task LiquidateAsync()
        {
            var time = world.Chain.Time + 7;
            var open = Enumerable.Range(0, Protocol.AccountCount).Where(account => !Protocol.State.Positions[account].BorrowShares.IsZero).ToArray();
            var sick = open.Where(account => Protocol.Evaluate(account, time).Kind == VerdictKind.Liquidatable).ToArray();
            var chosen = sick.Length > 0 && _random.Next(5) > 0 ? sick : open;
            if (chosen.Length == 0) return;
            var account = chosen[_random.Next(chosen.Length)];
            var (position, key) = (Protocol.State.Positions[account], Protocol.State.Positions.KeyAt(account));
            var verdict = Protocol.Evaluate(account, time).Kind;
            var (seized, shares, expected) = Choose(position, time);
            var receipt = await world.SendAsync(
                world.Keeper, world.Morpho, $"liquidate({MorphoWorld.Terms},address,uint256,uint256,bytes)",
                world.Markets[key.Market].Write(new()).Word(key.Borrower).Word(seized).Word(shares).Bytes([]));
            await world.Chain.MineAsync(7, receipt);
            var where = $"seed {seed}, block {world.Chain.Number}, account {Protocol.KeyOf(account)}, {verdict}, seized {seized}, shares {shares}, expected {expected}";
            Assert.True(receipt.Succeeded == (verdict == VerdictKind.Liquidatable && expected is not null), where);
            if (verdict == VerdictKind.Healthy) counts.RefusedAsHealthy++;
            if (receipt.Succeeded) await CompareAsync(expected!.Value, seized.IsZero, position, where);
            await _mirror.FollowAsync(world.Chain.Number);
            await CompareAsync();
        }

        private async Task CompareAsync(Amounts expected, bool isByShares, PositionRow position, string where)
        {
            var log = Assert.Single(await client.GetLogsAsync(new([world.Morpho], [Keccak.Topic("Liquidate(bytes32,address,address,uint256,uint256,uint256,uint256,uint256)")]), world.Chain.Number, world.Chain.Number, CancellationToken.None));
            var data = new AbiReader(log.Data.Span);
            var (repaid, shares, seized) = (data.ReadUInt256(), data.ReadUInt256(), data.ReadUInt256());
            Assert.True(expected == new Amounts(seized, shares, repaid, data.ReadUInt256(), data.ReadUInt256()), where);
            if (shares != position.BorrowShares && seized != position.Collateral) counts.Partial++;
            else if (isByShares) counts.ByShares++;
            else counts.ByCollateral++;
            if (!expected.BadDebtShares.IsZero) counts.BadDebts++;
        }

        /// <summary>Mostly what the plan would choose, else a part.</summary>
        private (UInt256 Seized, UInt256 Shares, Amounts? Expected) Choose(PositionRow position, ulong time)
        {
            if (_random.Next(3) > 0 && Protocol.Planning.Choose(position, time, out _) is var (all, isByShares))
                return isByShares ? (UInt256.Zero, all.RepaidShares, all) : (all.SeizedAssets, UInt256.Zero, all);
            var (quote, incentive) = (Protocol.Health.QuoteOf(position.Market, time), MorphoMath.Incentive(world.Markets[position.Market].Lltv));
            if (Protocol.Prices.Of(position.Market, time, out var price) != PriceFault.None) return (UInt256.Zero, UInt256.One, null);
            var percent = (ulong)_random.Next(1, 99);
            if (_random.Next(2) == 0 && position.Collateral / 100UL * percent is { IsZero: false } seized)
                return (seized, UInt256.Zero, Amounts.OfCollateral(quote, position, price, incentive, seized));
            var shares = UInt256.Max(UInt256.One, position.BorrowShares / 100UL * percent);
            return (UInt256.Zero, shares, Amounts.OfShares(quote, position, price, incentive, shares));
        }

        private async Task AuditAsync()
        {
            for (var account = 0; account < Protocol.AccountCount; account += 7)
            {
                counts.Audits++;
                Assert.Empty(await _mirror.AuditAsync(account, world.Chain.Time));
            }
        }
    }
}
