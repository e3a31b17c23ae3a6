using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;

namespace Keeper.Tests.Protocols.AaveV3;

public sealed class StateTests
{
    private static readonly UInt256 Ether = AaveWorld.Wad, Dollar = 1_000_000UL;

    [Fact]
    public void Every_log_is_undone()
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, Ether);
        var before = world.Fingerprint();
        world.Undo.Push();
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, Dollar, Dollar);
        world.Give(AaveWorld.Bob, AaveWorld.Ether, Ether);
        world.Apply(
            AaveWorld.Transfer(world.Reserves[AaveWorld.Ether].AToken, AaveWorld.Alice, AaveWorld.Bob, 5UL),
            AaveWorld.Burn(world.Reserves[AaveWorld.Ether].AToken, AaveWorld.Alice, 5UL, 0UL, AaveWorld.Ray),
            AaveWorld.Flag(Topics.CollateralDisabled, AaveWorld.Ether, AaveWorld.Alice),
            AaveWorld.Updated(AaveWorld.Ether, 1UL, 2UL, AaveWorld.Ray + 1UL, AaveWorld.Ray + 2UL),
            AaveWorld.EMode(AaveWorld.Bob, 1), AaveWorld.Paused(AaveWorld.Ether, true), AaveWorld.SourceUpdated(AaveWorld.Ether), AaveWorld.PoolUpdated(),
            AaveWorld.Listed(new(AaveWorld.Numbered(0xa3), 2, 18)));
        Assert.NotEqual(before, world.Fingerprint());
        world.Undo.Rollback();
        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    public void A_snapshot_holds_what_logs_have_told_and_equal_states_are_equal_bytes()
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, Ether);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * 1_700UL);
        world.Give(AaveWorld.Bob, AaveWorld.Dollars, Dollar);
        world.Apply(AaveWorld.EMode(AaveWorld.Bob, 1), AaveWorld.Transfer(world.Reserves[AaveWorld.Dollars].AToken, AaveWorld.Bob, AaveWorld.Alice, 7UL));
        world.Read();
        var bytes = Save(world);

        var loaded = new AaveWorld();
        var reader = new SnapshotReader(bytes);
        loaded.Protocol.Load(ref reader);
        reader.RequireEnd();
        Assert.Equal(bytes, Save(loaded));
        while (loaded.Protocol.SourceReads() is { Count: > 0 } sources) loaded.Answer(sources);
        loaded.At(AaveWorld.Now);
        loaded.Read();
        Assert.Equal(bytes, Save(loaded));
        foreach (var user in (Address[])[AaveWorld.Alice, AaveWorld.Bob])
        {
            Assert.Equal(world.Protocol.Account(world.Account(user), AaveWorld.Now + 5), loaded.Protocol.Account(loaded.Account(user), AaveWorld.Now + 5));
            Assert.Equal(world.Protocol.Evaluate(world.Account(user), AaveWorld.Now), loaded.Protocol.Evaluate(loaded.Account(user), AaveWorld.Now));
        }
    }

    [Fact]
    public void Bytes_that_contradict_themselves_are_refused()
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, Ether);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar);
        var whole = Save(world);
        for (var length = 0; length < whole.Length; length++) Refused(whole[..length]);
        Refused([9, .. whole[1..]]);

        static void Refused(byte[] bytes) => Assert.Throws<SnapshotException>(() =>
        {
            var reader = new SnapshotReader(bytes);
            new AaveWorld().Protocol.Load(ref reader);
            reader.RequireEnd();
        });
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(1, false)]
    public void Who_takes_aTokens_moves_the_collateral_s_indexes_in_silence(ulong revision, bool moves)
    {
        var world = AaveWorld.Ready(revision, one => (one.Reserves[AaveWorld.Ether].LiquidityRate, one.Reserves[AaveWorld.Ether].DebtRate) = (AaveWorld.Ray / 10UL, AaveWorld.Ray / 5UL));
        world.At(AaveWorld.Now + 86_400);
        world.Apply(AaveWorld.LiquidationOf(AaveWorld.Alice, AaveWorld.Ether, AaveWorld.Dollars, receivesAToken: false));
        Assert.Equal(AaveWorld.Now, world.Protocol.State.Reserves[0].UpdatedAt);
        world.Apply(AaveWorld.LiquidationOf(AaveWorld.Alice, AaveWorld.Ether, AaveWorld.Dollars, receivesAToken: true));
        var row = world.Protocol.State.Reserves[0];
        Assert.Equal(moves ? AaveWorld.Now + 86_400 : AaveWorld.Now, row.UpdatedAt);
        Assert.Equal(moves, row.LiquidityIndex > AaveWorld.Ray && row.DebtIndex > row.LiquidityIndex);
    }

    [Fact]
    public void What_history_tells_of_a_reserve_is_read_since_no_log_tells_its_time()
    {
        var world = new AaveWorld();
        while (world.Protocol.SourceReads() is { Count: > 0 } sources) world.Answer(sources);
        world.Apply(AaveWorld.Updated(AaveWorld.Ether, 1UL, 1UL, AaveWorld.Ray, AaveWorld.Ray));
        Assert.Contains(world.Protocol.MissingReads(), read => read.What == $"reserve {AaveWorld.Ether}");
        world.Read();
        Assert.Equal(AaveWorld.Now, world.Protocol.State.Reserves[0].UpdatedAt);
        world.At(AaveWorld.Now + 12);
        world.Apply(AaveWorld.Updated(AaveWorld.Ether, 1UL, 1UL, AaveWorld.Ray, AaveWorld.Ray));
        Assert.Equal(AaveWorld.Now + 12, world.Protocol.State.Reserves[0].UpdatedAt);
        Assert.Empty(world.Protocol.MissingReads());
    }

    [Fact]
    public void A_pool_that_was_upgraded_has_its_revision_and_every_balance_read_anew()
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, Ether, Ether);
        world.Revision = 11;
        world.Apply(AaveWorld.PoolUpdated());
        world.Read();
        Assert.Equal(11, world.Protocol.State.Globals.Profile!.Revision);
        Assert.Equal(((UInt256)7UL, (UInt256)7UL), (world.Protocol.State.Balances[0].Supply, world.Protocol.State.Balances[0].Debt));
        Assert.Empty(world.Protocol.MissingReads());

        world.Revision = 12;
        world.Apply(AaveWorld.PoolUpdated());
        Assert.Contains("POOL_REVISION 12", Assert.Throws<MirrorException>(world.Read).Message);
    }

    [Fact]
    public void History_of_the_first_version_is_read_by_the_roundings_of_a_later_one_and_balances_are_read_after_it()
    {
        var world = new AaveWorld();
        while (world.Protocol.SourceReads() is { Count: > 0 } sources) world.Answer(sources);
        var aToken = world.Reserves[AaveWorld.Ether].AToken;
        // 3 scaled at 1.5 are 4.5: the first version says 5 and burns them, a later one holds 4.
        var index = AaveWorld.Ray * 3UL / 2UL;
        world.Apply(
            AaveWorld.Mint(aToken, AaveWorld.Alice, 3UL, 0UL, AaveWorld.Ray), AaveWorld.Mint(aToken, AaveWorld.Bob, 3UL, 0UL, AaveWorld.Ray),
            AaveWorld.Burn(aToken, AaveWorld.Alice, 3UL, 2UL, index), AaveWorld.Transfer(aToken, AaveWorld.Bob, AaveWorld.Alice, 4UL));
        Assert.True(world.Protocol.State.Globals.IsMixed);
        Assert.Equal(((UInt256)4UL, UInt256.Zero), (world.Protocol.State.Balances[0].Supply, world.Protocol.State.Balances[1].Supply));
        world.Apply(AaveWorld.PoolUpdated());
        world.At(AaveWorld.Now);
        world.Read();
        Assert.False(world.Protocol.State.Globals.IsMixed);
        Assert.Equal(((UInt256)7UL, (UInt256)7UL), (world.Protocol.State.Balances[0].Supply, world.Protocol.State.Balances[1].Supply));
        Assert.Throws<OverflowException>(() => world.Apply(AaveWorld.Burn(aToken, AaveWorld.Alice, 9UL, 0UL, AaveWorld.Ray)));
    }

    [Fact]
    public void In_the_block_of_an_upgrade_balances_go_on_by_the_rules_of_before_until_they_are_read()
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, Ether);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar * 1_700UL);
        world.Revision = 11;
        world.Apply(
            AaveWorld.PoolUpdated(), AaveWorld.Mint(world.Reserves[AaveWorld.Ether].AToken, AaveWorld.Bob, 5UL, 0UL, AaveWorld.Ray),
            AaveWorld.Burn(world.Reserves[AaveWorld.Ether].AToken, AaveWorld.Bob, 6UL, 0UL, AaveWorld.Ray));
        Assert.Equal(VerdictKind.PriceUnusable, world.Protocol.Evaluate(0, AaveWorld.Now).Kind);
        Assert.Empty(world.Protocol.Capture().Totals());
        world.Read();
        Assert.Equal((UInt256)7UL, world.Protocol.State.Balances[world.Protocol.State.Users[1].First].Supply);
        Assert.Equal(4, world.Protocol.Capture().Totals().Count);
    }

    [Fact]
    public void Balances_are_read_in_slices_and_no_further_than_answers_came()
    {
        var world = AaveWorld.Ready();
        const int users = 1_500;
        for (ulong i = 0; i < users; i++) world.Give(AaveWorld.Numbered(0x10_0000 + i), AaveWorld.Ether, Ether);
        world.Apply(AaveWorld.PoolUpdated());
        world.Answer(world.Protocol.MissingReads());
        var slice = Balances();
        Assert.Equal(2_000, slice.Length);

        // The third user's debt is refused: the first two are read, and nobody behind.
        world.Answer([.. slice.Where((_, at) => at != 5)]);
        Assert.Equal(2, world.Protocol.State.Globals.Unread);
        Assert.Equal(slice[4].What, Balances()[0].What);
        Assert.True(world.Protocol.State.IsRead(1));
        Assert.False(world.Protocol.State.IsRead(2));

        var loaded = new AaveWorld();
        var reader = new SnapshotReader(Save(world));
        loaded.Protocol.Load(ref reader);
        Assert.Equal(2, loaded.Protocol.State.Globals.Unread);

        world.Answer(Balances());
        Assert.Equal(1_002, world.Protocol.State.Globals.Unread);
        world.Answer(Balances());
        Assert.Empty(Balances());
        Assert.False(world.Protocol.State.Globals.IsMixed);

        StateRead[] Balances() => [.. world.Protocol.MissingReads().Where(read => read.What.StartsWith("supply", StringComparison.Ordinal) || read.What.StartsWith("debt", StringComparison.Ordinal))];
    }

    [Fact]
    public void A_reserve_that_was_dropped_is_not_asked_for_again_and_again()
    {
        var world = AaveWorld.Ready();
        world.Reserves[AaveWorld.Dollars].IsDropped = true;
        world.Apply(AaveWorld.LogOf(AaveWorld.Configurator, Topics.ReserveDropped, [AaveWorld.Word(AaveWorld.Dollars)], new()));
        world.Read();
        Assert.True(world.Protocol.State.Reserves[1].AToken.IsZero);

        var loaded = new AaveWorld();
        loaded.Reserves[AaveWorld.Dollars].IsDropped = true;
        var reader = new SnapshotReader(Save(world));
        loaded.Protocol.Load(ref reader);
        var rounds = 0;
        for (; rounds < 8 && loaded.Protocol.SourceReads() is { Count: > 0 } sources; rounds++) loaded.Answer(sources);
        Assert.InRange(rounds, 1, 7);
    }

    [Fact]
    public void A_category_that_no_log_told_of_is_read_where_a_repair_finds_a_user_in_it()
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, Ether, Dollar);
        world.Protocol.RepairReads(0).Single(read => read.What.StartsWith("e-mode of", StringComparison.Ordinal)).Apply(new Core.Chain.Abi.AbiWriter().Word(UInt256.One).ToArray());
        Assert.Contains(world.Protocol.MissingReads(), read => read.What == "e-mode 1");
        world.Read();
        Assert.NotNull(world.Protocol.Account(0, AaveWorld.Now));
    }

    [Fact]
    public void A_reserve_that_is_listed_later_widens_the_filter_and_is_judged()
    {
        var world = AaveWorld.Ready();
        var filter = world.Protocol.Filter;
        var listed = new AaveReserve(AaveWorld.Numbered(0xa3), 2, 8);
        world.Reserves[listed.Asset] = listed;
        world.Apply(AaveWorld.Listed(listed));
        Assert.False(world.Protocol.Filter.SameAs(filter));
        Assert.Contains(listed.DebtToken, world.Protocol.Filter.Any.Addresses);
        world.Read();
        world.Give(AaveWorld.Alice, listed.Asset, supply: 100_000_000UL);
        world.Give(AaveWorld.Alice, AaveWorld.Dollars, debt: Dollar / 2UL);
        Assert.Equal(UInt256.Parse("100000000"), world.Protocol.Account(0, AaveWorld.Now)!.Value.Collateral);
    }

    [Fact]
    public void More_reserves_than_a_configuration_has_bits_for_are_refused()
    {
        var world = AaveWorld.Ready();
        for (ushort id = 2; id < AaveState.MostReserves; id++) world.Apply(AaveWorld.Listed(new(AaveWorld.Numbered(0x10_0000UL + id), id, 18)));
        Assert.Throws<MirrorException>(() => world.Apply(AaveWorld.Listed(new(AaveWorld.Numbered(0x20_0000), 200, 18))));
    }

    [Fact]
    public void Sums_are_of_everybody_whatever_he_holds()
    {
        var world = AaveWorld.Ready();
        world.Give(AaveWorld.Alice, AaveWorld.Ether, 5UL, 2UL);
        world.Give(AaveWorld.Bob, AaveWorld.Ether, 7UL, 1UL, isCollateral: false);
        var checks = world.Protocol.Capture().Totals();
        Assert.Equal(4, checks.Count);
        Assert.Null(checks[0].Difference(new Core.Chain.Abi.AbiWriter().Word((UInt256)12UL).ToArray()));
        Assert.Null(checks[1].Difference(new Core.Chain.Abi.AbiWriter().Word((UInt256)3UL).ToArray()));
        Assert.Equal("the mirror holds 12, the contract 13: 1 is missing", checks[0].Difference(new Core.Chain.Abi.AbiWriter().Word((UInt256)13UL).ToArray()));
    }

    private static byte[] Save(AaveWorld world)
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        world.Protocol.Capture().Save(writer);
        writer.End();
        return stream.ToArray();
    }
}
