using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;

namespace Keeper.Tests.Protocols.RefPerps;

public sealed class ActivityTests
{
    private readonly Scene _scene = Scene.Simple();

    [Fact]
    public void A_liquidation_names_the_account_and_its_liquidator() =>
        Assert.Equal(new AccountActivity("7", ScriptedProtocol.AddressOf(0xabc)), Of(Scene.Liquidated(7, 1)));

    [Fact]
    public void A_change_of_balance_or_position_is_the_accounts_own()
    {
        Assert.Equal(new AccountActivity("7", null), Of(Scene.Quote(7, 5)));
        Assert.Equal(new AccountActivity("7", null), Of(Scene.Position(7, 1, 1, 1, 1)));
        Assert.Equal(new AccountActivity("7", null), Of(Scene.Opened(7)));
    }

    /// <summary>Every price tick would end every pause.</summary>
    [Fact]
    public void What_moves_a_whole_market_is_no_accounts_own()
    {
        foreach (var log in (Log[])[Scene.Synced(1, 0, Scene.Now), Scene.State(1, 0, 0), Scene.Pool(1), Scene.Insurance(1), Scene.Answered(Scene.Aggregator(1), 99, 5, Scene.Now)])
            Assert.Null(Of(log));
    }

    [Fact]
    public void A_strangers_copy_of_the_event_and_a_malformed_one_tell_nothing()
    {
        Assert.Null(Of(Scene.Liquidated(7, 1) with { Address = ScriptedProtocol.AddressOf(0xbad) }));
        Assert.Null(Of(Scene.Liquidated(7, 1) with { Data = new byte[32] }));
        Assert.Null(Of(Scene.Liquidated(7, 1) with { Topic3 = new Hash32(UInt256.One << 160) }));
        Assert.Null(Of(Scene.Liquidated(7, 1) with { TopicCount = 0 }));
    }

    private AccountActivity? Of(Log log) => _scene.Protocol.ActivityOf(log);
}
