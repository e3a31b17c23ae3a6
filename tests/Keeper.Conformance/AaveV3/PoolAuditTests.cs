using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;
using Xunit.Abstractions;

namespace Keeper.Conformance.AaveV3;

/// <summary>The audit's view against a pool of 3.6: silent while the mirror is right, found and healed whatever row of it is spoilt.</summary>
public sealed class PoolAuditTests(ITestOutputHelper output)
{
    private const int Blocks = 24, Seed = 3;

    /// <summary>What a lost log can leave behind, in a balance of one account, its reserve or its category.</summary>
    private static readonly IReadOnlyList<(string Name, Action<AaveState, int, BalanceRow> Apply)> Damages =
    [
        ("supply", (state, account, row) => state.SetSupply(account, row.Reserve, row.Supply + row.Supply + AaveMath.Wad)),
        ("debt", (state, account, row) => state.SetDebt(account, row.Reserve, row.Debt + AaveMath.Wad)),
        ("debt that is missing", (state, account, row) => state.SetDebt(account, row.Reserve, UInt256.Zero)),
        ("flag", (state, account, row) => state.SetCollateral(account, row.Reserve, !row.IsCollateral)),
        ("e-mode", (state, account, _) => state.Users.Set(account, state.Users[account] with { EMode = (byte)(1 - state.Users[account].EMode) })),
        ("category", (state, _, _) => state.SetCategory(1, state.Categories[0] with { Threshold = 1_234UL })),
        ("liquidity index", (state, _, row) => state.SetReserve(row.Reserve, state.Reserves[row.Reserve] with { LiquidityIndex = state.Reserves[row.Reserve].LiquidityIndex + AaveMath.Ray })),
        ("debt index", (state, _, row) => state.SetReserve(row.Reserve, state.Reserves[row.Reserve] with { DebtIndex = state.Reserves[row.Reserve].DebtIndex + AaveMath.Ray })),
        ("parameters", (state, _, row) => state.SetReserve(row.Reserve, state.Reserves[row.Reserve] with { Terms = new(state.Reserves[row.Reserve].Terms.Bits ^ ((UInt256)0xfffUL << 16)) })),
        ("price", (state, _, row) =>
        {
            if (state.Prices.TryGet(state.Reserves.KeyAt(row.Reserve), out var price) && price.Kind == PriceKind.Feed)
                state.Oracles.Feeds.Set(price.Row, state.Oracles.Feeds[price.Row] with { Answer = state.Oracles.Feeds[price.Row].Answer + Int256.One });
        }),
    ];

    [Fact]
    public async Task It_is_silent_while_the_mirror_is_right_and_finds_and_heals_whatever_is_spoilt()
    {
        await using var chain = await TestChain.StartAsync();
        await using var client = AaveScene.Client(chain);
        var random = new Random(Seed);
        var pool = await AavePool.DeployAsync(chain, client, isFirst: false, AaveAsset.Four());
        var world = new RandomPool(chain, pool, random) { Room = _ => 1_500 };
        await world.SetUpAsync();
        var mirror = new AaveMirror(client, pool);
        await mirror.BackfillAsync(chain.Number);
        var protocol = mirror.Protocol;
        var compared = 0;
        var healed = new HashSet<string>();
        for (var block = 1; block <= Blocks; block++)
        {
            for (var acts = 0; acts < 3; acts++) await world.ActAsync();
            await chain.MineAsync(world.NextDelay());
            await mirror.FollowAsync(chain.Number);
            var differences = await AuditAsync();
            Assert.True(differences.Count == 0, $"block {block}: {string.Join("; ", differences.Values.SelectMany(found => found))}");
            compared += protocol.AccountCount;
            if (block % 2 == 0) await SpoilAsync(block);
        }
        output.WriteLine($"{compared} accounts compared; healed: {string.Join(", ", healed)}");
        Assert.Equal(Damages.Select(damage => damage.Name).Order(), healed.Order());

        async Task SpoilAsync(int block)
        {
            var usable = Enumerable.Range(0, protocol.AccountCount).Where(account => protocol.State.Users[account].Debts > 0).ToArray();
            if (usable.Length == 0) return;
            var (account, before) = (usable[random.Next(usable.Length)], States());
            foreach (var (name, damage) in Damages)
            {
                for (var at = protocol.State.Users[account].First; at != UserRow.None; at = protocol.State.Balances[at].Next)
                {
                    mirror.Undo.Push();
                    damage(protocol.State, account, protocol.State.Balances[at]);
                    // Nothing hangs on a balance that is no collateral, or on a category of others.
                    var isSeen = States()[account] != before[account];
                    if (isSeen)
                    {
                        Assert.True((await AuditAsync()).ContainsKey(account), $"block {block}: a {name} that is spoilt was not found.");
                        await HealAsync(account);
                        var left = await AuditAsync();
                        Assert.True(!left.ContainsKey(account), $"block {block}: a {name} that was spoilt is not healed: {string.Join("; ", left.Values.SelectMany(entry => entry))}");
                        healed.Add(name);
                    }
                    mirror.Undo.Rollback();
                    Assert.Equal(before, States());
                    if (isSeen) break;
                }
            }
        }

        async Task HealAsync(int account)
        {
            var reads = protocol.RepairReads(account);
            var answers = await client.CallAsync([.. reads.Select(read => read.Call)], BlockId.At(chain.Number), default);
            foreach (var (read, answer) in reads.Zip(answers)) read.Apply(answer is CallResult.Returned returned ? returned.Data : throw new InvalidOperationException(read.What));
        }

        async Task<Dictionary<int, IReadOnlyList<AuditDifference>>> AuditAsync()
        {
            var reads = Enumerable.Range(0, protocol.AccountCount).SelectMany(account => protocol.AuditReads(account, chain.Time).Select(read => (Account: account, Read: read))).ToArray();
            var answers = await client.CallAsync([.. reads.Select(read => read.Read.Call)], BlockId.At(chain.Number), default);
            return reads.Zip(answers).Select(pair => (pair.First.Account, Found: pair.First.Read.Compare(pair.Second)))
                .Where(pair => Assert.IsAssignableFrom<IReadOnlyList<AuditDifference>>(pair.Found).Count > 0)
                .GroupBy(pair => pair.Account).ToDictionary(group => group.Key, IReadOnlyList<AuditDifference> (group) => [.. group.SelectMany(pair => pair.Found!)]);
        }

        string[] States() => [.. Enumerable.Range(0, protocol.AccountCount).Select(account => $"{protocol.Account(account, chain.Time)} {protocol.Evaluate(account, chain.Time)}")];
    }
}
