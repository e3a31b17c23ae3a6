using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Tests.Protocols.MorphoBlue;

public sealed class StateTests
{
    private static readonly UInt256 Wad = Scene.Wad;

    [Fact]
    public void Each_log_moves_what_the_contract_moves()
    {
        var scene = Scene.Simple(Wad * 60UL);
        scene.Apply(Scene.Accrued(UInt256.One, Wad, Wad / 2UL), Scene.Withdrawn(Wad * 10UL), Scene.Fee(Wad / 10UL), Scene.CollateralOut(Wad * 20UL));
        var market = scene.Protocol.State.Markets[0];
        Assert.Equal((Wad * 991UL, Wad * 990_000_000UL + Wad / 2UL), (market.SupplyAssets, market.SupplyShares));
        Assert.Equal((Wad * 61UL, Wad * 60_000_000UL, Wad / 10UL, Scene.Now), (market.BorrowAssets, market.BorrowShares, market.Fee, market.LastUpdate));
        Assert.Equal(new PositionRow(0, Wad * 60_000_000UL, Wad * 80UL), scene.Protocol.State.Positions[0]);

        scene.Apply(Scene.Liquidated(Wad * 31UL, Wad * 30_000_000UL, Wad * 80UL, Wad * 29UL, Wad * 30_000_000UL));
        market = scene.Protocol.State.Markets[0];
        Assert.Equal((Wad * 962UL, Wad, UInt256.Zero), (market.SupplyAssets, market.BorrowAssets, market.BorrowShares));
        Assert.Equal(new PositionRow(0, UInt256.Zero, UInt256.Zero), scene.Protocol.State.Positions[0]);
    }

    [Fact]
    public void A_repayment_of_one_more_than_was_lent_leaves_nothing()
    {
        var scene = Scene.Simple(Wad * 60UL);
        scene.Apply(Scene.Repaid(Wad * 60UL + UInt256.One, Wad * 60_000_000UL));
        Assert.Equal((UInt256.Zero, UInt256.Zero), (scene.Protocol.State.Markets[0].BorrowAssets, scene.Protocol.State.Markets[0].BorrowShares));
        Assert.Equal(VerdictKind.Empty, scene.Protocol.Evaluate(0, Scene.Now).Kind);
    }

    [Fact]
    public void What_no_account_can_do_is_refused_as_a_whole()
    {
        var scene = Scene.Simple(Wad * 60UL);
        var before = scene.Fingerprint();
        Assert.ThrowsAny<ArithmeticException>(() => scene.Apply(Scene.Repaid(Wad, Wad * 60_000_001UL)));
        Assert.ThrowsAny<ArithmeticException>(() => scene.Apply(Scene.CollateralOut(Wad * 101UL)));
        Assert.ThrowsAny<ArithmeticException>(() => scene.Apply(Scene.Liquidated(Wad, Wad, Wad * 101UL)));
        Assert.Equal(before, scene.Fingerprint());
    }

    [Fact]
    public void Logs_of_history_leave_the_time_of_the_last_update_to_be_read()
    {
        var scene = new Scene();
        scene.Protocol.State.Now = null;
        scene.Rate(UInt256.Zero);
        scene.Apply(Scene.Created(), Scene.Supplied(Wad));
        Assert.Equal(0UL, scene.Protocol.State.Markets[0].LastUpdate);
        scene.Read();
        Assert.Equal(Scene.Now, scene.Protocol.State.Markets[0].LastUpdate);
    }

    [Fact]
    public void A_frame_rolled_back_leaves_every_row_and_every_verdict_as_they_were()
    {
        var scene = Scene.Simple();
        var (before, verdict, filter) = (scene.Fingerprint(), scene.Protocol.Evaluate(0, Scene.Now + 5), scene.Protocol.Filter);
        scene.Undo.Push();
        scene.Protocol.BeginBlock(new(2, default, default, Scene.Now + 12));
        scene.Price(2);
        scene.Apply(
            Scene.Accrued(UInt256.One, Wad, Wad), Scene.Supplied(Wad), Scene.Fee(UInt256.One), Scene.CollateralIn(Wad, Scene.Numbered(0xb2)),
            Scene.Borrowed(Wad, Wad, Scene.Numbered(0xb2)), Scene.Liquidated(Wad, Wad, Wad));
        scene.Poll();
        scene.Read();
        Assert.NotEqual(before, scene.Fingerprint());
        Assert.NotEqual(verdict, scene.Protocol.Evaluate(0, Scene.Now + 15));
        scene.Undo.Rollback();
        Assert.Equal(before, scene.Fingerprint());
        Assert.Equal(verdict, scene.Protocol.Evaluate(0, Scene.Now + 5));
        Assert.True(filter.SameAs(scene.Protocol.Filter));
        Assert.Equal(1, scene.Protocol.AccountCount);
    }

    [Fact]
    public void What_was_saved_is_loaded_and_goes_on_alike()
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.CollateralIn(Wad, Scene.Numbered(0xb2)), Scene.Fee(Wad / 7UL));
        var loaded = new Scene();
        Load(loaded, scene.Save());
        Assert.Equal(scene.Save(), loaded.Save());
        loaded.Rate(UInt256.Zero);
        loaded.Read();
        scene.Read();
        Assert.Equal(scene.Fingerprint(), loaded.Fingerprint());
        foreach (var one in (Scene[])[scene, loaded]) one.Apply(Scene.Borrowed(Wad, Wad, Scene.Numbered(0xb2)), Scene.Repaid(Wad, Wad));
        Assert.Equal(scene.Save(), loaded.Save());
    }

    [Fact]
    public void A_state_of_other_markets_is_of_another_form_and_is_refused()
    {
        var (one, other) = (Scene.Simple(), new Scene(markets: [new(UInt256.One)]));
        var both = new Scene(markets: [Scene.Id, new(UInt256.One)]);
        var turned = new Scene(markets: [new(UInt256.One), Scene.Id]);
        Assert.NotEqual(one.Protocol.StateVersion, other.Protocol.StateVersion);
        Assert.NotEqual(one.Protocol.StateVersion, both.Protocol.StateVersion);
        Assert.Equal(turned.Protocol.StateVersion, both.Protocol.StateVersion);
        Assert.Equal(SnapshotFault.Damaged, Assert.Throws<SnapshotException>(() => Load(other, one.Save())).Fault);
        Assert.Throws<SnapshotException>(() => Load(both, one.Save()));
    }

    [Fact]
    public void Bytes_that_contradict_themselves_are_refused_and_none_hangs()
    {
        var whole = Scene.Simple().Save();
        for (var position = 0; position < whole.Length; position++)
        {
            foreach (var value in (byte[])[0, 1, 0x7f, 0xff])
            {
                var bytes = (byte[])whole.Clone();
                bytes[position] = value;
                var scene = new Scene();
                try
                {
                    Load(scene, bytes);
                    Assert.Equal(bytes, scene.Save());
                }
                catch (SnapshotException)
                {
                    // Refused by name.
                }
            }
        }
        for (var length = 0; length < whole.Length; length++) Assert.Throws<SnapshotException>(() => Load(new Scene(), whole[..length]));
    }

    private static void Load(Scene scene, byte[] bytes)
    {
        var reader = new SnapshotReader(bytes);
        scene.Protocol.Load(ref reader);
        reader.RequireEnd();
    }
}
