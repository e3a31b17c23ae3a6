using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.AaveV3;

namespace Keeper.Tests.Protocols.AaveV3;

public sealed class DecoderTests
{
    [Fact]
    public void Topics_are_hashes_of_their_signatures() => Assert.All(Topics.All, known => Assert.Equal(Keccak.Topic(known.Signature), known.Topic));

    [Fact]
    public void Selectors_of_calls_and_errors_are_hashes_of_their_signatures() =>
        Assert.All(Calls.All.Concat(Errors.All), known => Assert.Equal(Keccak.Selector(known.Signature), known.Selector));

    [Fact]
    public void Every_topic_has_a_handler_that_refuses_what_is_malformed_and_changes_nothing()
    {
        var world = AaveWorld.Ready();
        var before = world.Fingerprint();
        foreach (var (topic, signature) in Topics.All)
        {
            var emitters = (Address[])[AaveWorld.Pool, AaveWorld.Configurator, AaveWorld.Provider, AaveWorld.Oracle, world.Reserves[AaveWorld.Ether].AToken];
            Assert.True(emitters.Any(emitter => IsRefused(world, AaveWorld.LogOf(emitter, topic, [], new AbiWriter().Word(UInt256.One)))) || topic == Topics.StableMint, signature);
        }
        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    public void Logs_nobody_asked_for_change_nothing()
    {
        var world = AaveWorld.Ready();
        var before = world.Fingerprint();
        world.Apply(
            AaveWorld.LogOf(AaveWorld.Pool, new Hash32(UInt256.One), [], new()),
            AaveWorld.Mint(AaveWorld.Numbered(0x7777), AaveWorld.Alice, UInt256.One, UInt256.Zero, AaveWorld.Ray),
            AaveWorld.LogOf(AaveWorld.Numbered(0x7777), Topics.ReserveDataUpdated, [], new()));
        Assert.Equal(before, world.Fingerprint());
    }

    [Fact]
    public void A_liquidation_names_who_did_it_and_other_logs_whose_account_changed()
    {
        var world = AaveWorld.Ready();
        Assert.Equal(new AccountActivity(AaveWorld.Alice.ToString(), AaveWorld.Liquidator), world.Protocol.ActivityOf(AaveWorld.LiquidationOf(AaveWorld.Alice, AaveWorld.Ether, AaveWorld.Dollars, false)));
        Assert.Equal(new AccountActivity(AaveWorld.Alice.ToString(), null), world.Protocol.ActivityOf(AaveWorld.EMode(AaveWorld.Alice, 1)));
        Assert.Equal(new AccountActivity(AaveWorld.Bob.ToString(), null), world.Protocol.ActivityOf(AaveWorld.Mint(AaveWorld.Pool, AaveWorld.Bob, 1UL, 0UL, AaveWorld.Ray)));
        Assert.Null(world.Protocol.ActivityOf(AaveWorld.LogOf(AaveWorld.Pool, Topics.LiquidationCall, [], new())));
        Assert.Null(world.Protocol.ActivityOf(AaveWorld.Paused(AaveWorld.Ether, true)));
        Assert.Null(world.Protocol.ActivityOf(AaveWorld.LiquidationOf(AaveWorld.Alice, AaveWorld.Ether, AaveWorld.Dollars, false) with { Address = AaveWorld.Numbered(0x9099) }));
    }

    [Fact]
    public void Refusals_are_put_into_words()
    {
        Assert.Equal(new CallFailure(true, "HealthFactorNotBelowThreshold()"), Errors.Explain(new AbiWriter().ToCall(Keccak.Selector("HealthFactorNotBelowThreshold()"))));
        Assert.Equal(new CallFailure(false, "MustNotLeaveDust()"), Errors.Explain(new AbiWriter().ToCall(Keccak.Selector("MustNotLeaveDust()"))));
        // What the pool cannot have said is a token's word, or an exchange's.
        Assert.Equal(new CallFailure(false, "0x12345678", IsKnown: false) { CannotPay = true }, Errors.Explain([0x12, 0x34, 0x56, 0x78]));
        Assert.Equal(new CallFailure(false, "no revert data", IsKnown: false) { CannotPay = true }, Errors.Explain([]));
    }

    [Theory]
    [InlineData("45", "HEALTH_FACTOR_NOT_BELOW_THRESHOLD (45)", true, false)]
    [InlineData("29", "RESERVE_PAUSED (29)", false, false)]
    [InlineData("7", "Error(\"7\")", false, true)]
    public void The_numbers_of_the_first_version_are_put_into_words(string number, string detail, bool noLongerNeeded, bool cannotPay) =>
        Assert.Equal(new CallFailure(noLongerNeeded, detail) { CannotPay = cannotPay }, Errors.Explain(new AbiWriter().Bytes(System.Text.Encoding.ASCII.GetBytes(number)).ToCall(0x08c379a0)));

    private static bool IsRefused(AaveWorld world, Log log)
    {
        try
        {
            world.Apply(log);
            return false;
        }
        catch (AbiException)
        {
            return true;
        }
    }
}
