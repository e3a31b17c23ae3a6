using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Running;
using Keeper.Protocols.AaveV3;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.AaveV3;

/// <summary>
/// The adapter against the pool: random users are mirrored by events alone, and at every block each account's collateral, debt, threshold and health factor
/// must be the pool's. Liquidations are predicted for the very second in which they are mined, to the unit; what the mirror calls healthy the pool refuses.
/// </summary>
public sealed class PoolComparisonTests(ITestOutputHelper output)
{
    private const int BlocksPerSeed = 250;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Thousands_of_accounts_are_judged_and_liquidated_as_the_pool_does_it(bool isFirst)
    {
        var counts = new Counts();
        foreach (var seed in Environment.GetEnvironmentVariable("KEEPER_TESTS") == "full" ? Enumerable.Range(1, 12) : [isFirst ? 2 : 6])
        {
            await using var chain = await TestChain.StartAsync();
            await using var client = AaveScene.Client(chain);
            var pool = await AavePool.DeployAsync(chain, client, isFirst, AaveAsset.Four());
            var world = new RandomPool(chain, pool, new Random(seed));
            await world.SetUpAsync();
            await new Run(chain, client, pool, world, seed, counts).GoAsync();
            output.WriteLine($"after seed {seed}: {counts}");
        }
        Assert.True(counts.Accounts >= 2_500, counts.ToString());
        Assert.True(counts is { Healthy: > 0, Liquidatable: > 0, InEMode: > 0, Refused: > 0, Liquidated: > 10, WithATokens: > 0, Half: > 0, OfAllCollateral: > 0, Undone: > 0 }, counts.ToString());
        if (!isFirst) Assert.True(counts is { Dust: > 0, BadDebt: > 0 }, counts.ToString());
    }

    internal sealed record Counts
    {
        public int Accounts { get; set; }
        public int Healthy { get; set; }
        public int Liquidatable { get; set; }
        public int InEMode { get; set; }
        public int Unusable { get; set; }
        public int Refused { get; set; }
        public int Liquidated { get; set; }
        public int WithATokens { get; set; }
        public int Half { get; set; }
        public int OfAllCollateral { get; set; }
        public int Dust { get; set; }
        public int BadDebt { get; set; }
        public int Undone { get; set; }
    }

    private sealed class Run(TestChain chain, NodeChainClient client, AavePool pool, RandomPool world, int seed, Counts counts)
    {
        private static readonly Hash32 DeficitCreated = Keccak.Topic("DeficitCreated(address,address,uint256)");
        private readonly PoolReader _reader = new(client, pool);
        private readonly AaveMirror _mirror = new(client, pool);

        private AaveV3Protocol Protocol => _mirror.Protocol;

        public async Task GoAsync()
        {
            await _mirror.BackfillAsync(chain.Number);
            world.Room = user => Protocol.State.Users.TryFind(user, out var account) && Protocol.Account(account, chain.Time) is { } data && data.Collateral * 77UL / 100UL > data.Debt
                ? (ulong)((data.Collateral * 77UL / 100UL - data.Debt) / 100_000_000UL) : 0;
            await CompareAsync();
            for (var block = 1; block <= BlocksPerSeed; block++)
            {
                await world.ActAsync();
                if (block % 20 == 0) await world.ReopenAsync();
                await chain.MineAsync(world.NextDelay());
                await _mirror.FollowAsync(chain.Number);
                if (block % 40 == 0)
                {
                    await _mirror.RewindAsync(5);
                    counts.Undone += 5;
                }
                await CompareAsync();
                if (await LiquidateAsync()) await CompareAsync();
            }
            await CompareTotalsAsync();
        }

        private async Task CompareAsync()
        {
            var (block, time) = (chain.Number, chain.Time);
            var users = Enumerable.Range(0, Protocol.AccountCount).Select(account => Address.Parse(Protocol.KeyOf(account))).ToArray();
            var told = await _reader.AccountsAsync(users, block);
            var healthy = new List<(Address, Address, Address)>();
            for (var account = 0; account < users.Length; account++)
            {
                var where = $"seed {seed}, block {block}, account {users[account]}";
                var mine = Protocol.Account(account, time);
                var verdict = Protocol.Evaluate(account, time);
                counts.Accounts++;
                if (told[account] is not { } theirs)
                {
                    Assert.True(mine is null, $"{where}: the pool refuses, the mirror says {mine}.");
                    counts.Unusable++;
                    continue;
                }
                Assert.True(mine is { } data && (data.Collateral, data.Debt, data.Threshold, data.HealthFactor) == theirs, $"{where}: the pool says {theirs}, the mirror {mine}.");
                if (Protocol.State.Users[account].EMode != 0) counts.InEMode++;
                if (verdict.Kind == VerdictKind.Liquidatable) counts.Liquidatable++;
                if (verdict.Kind != VerdictKind.Healthy || theirs.Debt.IsZero) continue;
                counts.Healthy++;
                if (Protocol.Plans.Pairs(account, time) is [var (collateral, debt), ..]) healthy.Add((AssetOf(collateral), AssetOf(debt), users[account]));
            }
            foreach (var (call, answer) in healthy.Zip(await _reader.LiquidateAsync(healthy, world.Liquidator, block)))
            {
                Assert.True(answer is CallResult.Reverted(var data) && Protocol.Explain(data.Span).NoLongerNeeded, $"seed {seed}, block {block}: the mirror calls {call.Item3} healthy, the pool {answer}.");
                counts.Refused++;
            }
        }

        /// <summary>Of those that can be liquidated in the next block one is, in some way; what becomes of it was said before.</summary>
        private async Task<bool> LiquidateAsync()
        {
            var delay = world.NextDelay();
            var time = chain.Time + delay;
            var open = Enumerable.Range(0, Protocol.AccountCount).Where(account => Protocol.Evaluate(account, time).Kind == VerdictKind.Liquidatable).ToArray();
            if (open.Length == 0 || !world.Chance(0.8)) return false;
            var account = world.One(open);
            var (collateral, debt) = world.One(Protocol.Plans.Pairs(account, time));
            var pair = Protocol.Plans.PairOf(account, collateral, debt, time)!.Value;
            var data = Protocol.Account(account, time)!.Value;
            var offered = world.Chance(0.5) ? UInt256.MaxValue : pair.Owed * (ulong)world.One([3, 20, 45, 60, 80, 99]) / 100UL + UInt256.One;
            var receivesAToken = world.Chance(0.3);
            var expected = Liquidation.Of(Protocol.State.Globals.Profile!, pair, data, offered);
            if (expected.Seized.IsZero || expected.Covered.IsZero) return false;
            var user = Address.Parse(Protocol.KeyOf(account));
            var receipt = await pool.LiquidateAsync(world.Liquidator, AssetOf(collateral), AssetOf(debt), user, offered, receivesAToken);
            await chain.MineAsync(delay, receipt);
            var where = $"seed {seed}, block {chain.Number}, account {user}: {expected}";
            Assert.True(receipt.Succeeded != expected.LeavesDust, where);
            await _mirror.FollowAsync(chain.Number);
            if (expected.LeavesDust)
            {
                counts.Dust++;
                return true;
            }
            var logs = await client.GetLogsAsync(new([pool.Pool], [Topics.LiquidationCall, DeficitCreated]), chain.Number, chain.Number, CancellationToken.None);
            var told = Liquidated.Decode(logs.Single(log => log.Topic0 == Topics.LiquidationCall));
            Assert.True((told.Covered, told.Seized) == (expected.Covered, expected.Seized), $"{where}; the pool took {told.Covered} and gave {told.Seized}.");
            counts.Liquidated++;
            if (receivesAToken) counts.WithATokens++;
            if (offered == UInt256.MaxValue && expected.Covered < pair.Owed && expected.Seized + expected.Fee < pair.Supply) counts.Half++;
            if (expected.Seized + expected.Fee == pair.Supply) counts.OfAllCollateral++;
            if (logs.Count > 1) counts.BadDebt++;
            return true;
        }

        /// <summary>Nobody is missing: the sums are the tokens' own.</summary>
        private async Task CompareTotalsAsync()
        {
            var checks = Protocol.Capture().Totals();
            Assert.Equal(2 * pool.Assets.Count, checks.Count);
            var answers = await client.CallAsync([.. checks.Select(check => check.Call)], BlockId.At(chain.Number), CancellationToken.None);
            foreach (var (check, answer) in checks.Zip(answers)) Assert.Null(check.Difference(Assert.IsType<CallResult.Returned>(answer).Data));
        }

        private Address AssetOf(int balance) => Protocol.State.Reserves.KeyAt(Protocol.State.Balances[balance].Reserve);
    }
}
