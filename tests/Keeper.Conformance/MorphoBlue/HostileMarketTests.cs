using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>What a market's parts should not do, on the real Morpho.</summary>
public sealed class HostileMarketTests
{
    [Fact]
    public async Task A_rate_model_that_leaves_its_formula_is_asked_and_one_that_reverts_stops_its_market_alone()
    {
        await using var scene = await Scene.StartAsync();
        Assert.Equal(RateSource.AdaptiveCurve, scene.Row(0).RateSource);
        await scene.CompareAsync();

        await scene.World.SendAsync(scene.World.Owner, scene.World.AdaptiveRate, "setDeviation(uint256)", new AbiWriter().Word(5_000_000_000UL));
        await scene.NextAsync(100);
        await scene.World.SendAsync(scene.World.Owner, scene.World.Morpho, $"accrueInterest({MorphoWorld.Terms})", scene.World.Markets[0].Write(new()));
        await scene.NextAsync(100);
        Assert.Equal(RateSource.Polled, scene.Row(0).RateSource);
        await scene.NextAsync(50_000);
        await scene.CompareAsync();

        await scene.World.SendAsync(scene.World.Owner, scene.World.AdaptiveRate, "setBroken(bool)", new AbiWriter().Word(true));
        await scene.NextAsync(100);
        Assert.Equal(VerdictKind.PriceUnusable, scene.Verdict(0).Kind);
        Assert.Equal(VerdictKind.Healthy, scene.Verdict(1).Kind);
        await scene.CompareAsync();
    }

    [Fact]
    public async Task A_log_that_was_lost_is_found_by_sums_and_audit_and_what_is_read_anew_agrees()
    {
        await using var scene = await Scene.StartAsync();
        await scene.BorrowAsync(0, 50);
        await scene.World.Chain.MineAsync(12);
        await scene.Mirror.FollowAsync(scene.World.Chain.Number, log => log.Address == scene.World.Morpho && log.Topic0 == Topics.Borrow);
        Assert.Equal(["borrowShares", "totalBorrowAssets", "totalBorrowShares"], (await scene.Mirror.AuditAsync(0, scene.World.Chain.Time)).Select(difference => difference.Field).Order());
        Assert.Contains("is missing", Assert.Single(await scene.Mirror.TotalsAsync()));
        await scene.Mirror.RepairAsync(0);
        Assert.Empty(await scene.Mirror.AuditAsync(0, scene.World.Chain.Time));
        Assert.Empty(await scene.Mirror.TotalsAsync());
        await scene.CompareAsync();
    }

    /// <summary>Two markets of one user: an adaptive rate, and none; each at a price of one.</summary>
    private sealed class Scene(TestChain chain, NodeChainClient client) : IAsyncDisposable
    {
        public MorphoWorld World { get; } = new(chain);
        public MorphoMirror Mirror { get; private set; } = null!;

        public static async Task<Scene> StartAsync()
        {
            var chain = await TestChain.StartAsync();
            var scene = new Scene(chain, MorphoWorld.Client(chain));
            await scene.World.DeployAsync();
            var oracle = await scene.World.CreateAsync("SetPrice", new());
            await scene.World.SendAsync(scene.World.Owner, oracle, "set(uint256,bool)", new AbiWriter().Word(MorphoMath.PriceScale).Word(false));
            await scene.World.ListAsync(oracle, scene.World.AdaptiveRate, 860);
            await scene.World.ListAsync(oracle, default, 860);
            foreach (var market in scene.World.Markets)
            {
                await scene.World.SendAsync(
                    scene.World.Owner, scene.World.Morpho, $"supply({MorphoWorld.Terms},uint256,uint256,address,bytes)",
                    market.Write(new()).Word(MorphoWorld.Wad * 1_000UL).Word(UInt256.Zero).Word(scene.World.Owner).Bytes([]));
                await scene.World.SendAsync(
                    scene.World.Users[0], scene.World.Morpho, $"supplyCollateral({MorphoWorld.Terms},uint256,address,bytes)", market.Write(new()).Word(MorphoWorld.Wad * 1_000UL).Word(scene.World.Users[0]).Bytes([]));
            }
            for (var market = 0; market < 2; market++) await scene.BorrowAsync(market, 500);
            await chain.MineAsync();
            scene.Mirror = new(scene.Client, scene.World);
            await scene.Mirror.BackfillAsync(chain.Number);
            await scene.NextAsync(1_000);
            return scene;
        }

        private NodeChainClient Client => client;

        public MarketRow Row(int market) => Mirror.Protocol.State.Markets[market];
        public Verdict Verdict(int account) => Mirror.Protocol.Evaluate(account, chain.Time);

        public Task BorrowAsync(int market, ulong amount) => World.SendAsync(
            World.Users[0], World.Morpho, $"borrow({MorphoWorld.Terms},uint256,uint256,address,address)",
            World.Markets[market].Write(new()).Word(MorphoWorld.Wad * amount).Word(UInt256.Zero).Word(World.Users[0]).Word(World.Users[0]));

        public async Task NextAsync(ulong seconds)
        {
            await chain.MineAsync(seconds);
            await Mirror.FollowAsync(chain.Number);
        }

        public async Task CompareAsync()
        {
            var reader = new MorphoReader(client, World);
            for (var market = 0; market < 2; market++)
            {
                var (totals, healths) = await reader.JudgeAsync(World.Markets[market], [World.Users[0]]);
                var verdict = Verdict(market);
                Assert.Equal(healths[0].Refuses, verdict.Kind == VerdictKind.PriceUnusable);
                if (healths[0].Refuses) continue;
                Assert.Equal(totals, MorphoReader.Totals.Of(Mirror.Protocol.Health.QuoteOf(market, chain.Time)));
                Assert.Equal(new(VerdictKind.Healthy, (Int256)healths[0].MaxBorrow, healths[0].Borrowed), verdict);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await chain.DisposeAsync();
        }
    }
}
