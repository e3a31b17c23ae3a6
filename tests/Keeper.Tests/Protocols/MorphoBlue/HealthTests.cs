using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Tests.Protocols.MorphoBlue;

public sealed class HealthTests
{
    private static readonly UInt256 Wad = Scene.Wad;

    /// <summary>100 of collateral at a price of one and 80 %: a debt of 80 is the most. Shares are 1e6 to the asset, and round up.</summary>
    [Theory]
    [InlineData("80000000000000000000", VerdictKind.Healthy)]
    [InlineData("80000000000000000001", VerdictKind.Liquidatable)]
    public void A_debt_of_exactly_the_limit_is_healthy(string debt, VerdictKind kind)
    {
        var verdict = Scene.Simple(UInt256.Parse(debt)).Protocol.Evaluate(0, Scene.Now);
        Assert.Equal((kind, (Int256)(Wad * 80UL), UInt256.Parse(debt)), (verdict.Kind, verdict.Equity, verdict.Requirement));
    }

    [Fact]
    public void Time_alone_makes_an_account_liquidatable_and_rounds_its_debt_up()
    {
        var scene = Scene.Simple(Wad * 80UL);
        scene.Rate(1_000UL);
        scene.Poll();
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Equal(new Verdict(VerdictKind.Liquidatable, (Int256)(Wad * 80UL), Wad * 80UL + 80_000UL), scene.Protocol.Evaluate(0, Scene.Now + 1));
    }

    [Theory]
    [InlineData(0UL, 1_150_000_000_000_000_000UL)]
    [InlineData(500_000_000_000_000_000UL, 1_150_000_000_000_000_000UL)]
    [InlineData(625_000_000_000_000_000UL, 1_126_760_563_380_281_690UL)]
    [InlineData(770_000_000_000_000_000UL, 1_074_113_856_068_743_286UL)]
    [InlineData(860_000_000_000_000_000UL, 1_043_841_336_116_910_229UL)]
    [InlineData(915_000_000_000_000_000UL, 1_026_167_265_264_238_070UL)]
    [InlineData(945_000_000_000_000_000UL, 1_016_776_817_488_561_260UL)]
    [InlineData(980_000_000_000_000_000UL, 1_006_036_217_303_822_937UL)]
    public void The_incentive_is_the_published_one(ulong lltv, ulong incentive) => Assert.Equal(incentive, MorphoMath.Incentive(lltv));

    [Fact]
    public void An_oracle_that_says_zero_is_believed_and_one_that_reverts_or_says_too_much_makes_the_price_unusable()
    {
        var scene = Scene.Simple();
        scene.Price(0);
        scene.Poll();
        Assert.Equal(VerdictKind.Liquidatable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        scene.Price(null);
        scene.Poll();
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Equal(PriceFault.Unread, scene.Protocol.Feeds(Scene.Now)[0].Fault);
        scene.ExactPrice(UInt256.MaxValue);
        scene.Poll();
        Assert.ThrowsAny<ArithmeticException>(() => scene.Protocol.Evaluate(0, Scene.Now));
        Assert.Equal(Int256.MaxValue, scene.Protocol.Feeds(Scene.Now)[0].Answer);
    }

    [Fact]
    public void A_rate_model_that_reverts_stops_its_market_once_time_has_passed()
    {
        var scene = Scene.Simple();
        scene.Rate(null);
        scene.Poll();
        Assert.Equal(VerdictKind.Healthy, scene.Protocol.Evaluate(0, Scene.Now).Kind);
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now + 1).Kind);
        scene.Rate(UInt256.MaxValue);
        scene.Poll();
        Assert.Equal(VerdictKind.PriceUnusable, scene.Protocol.Evaluate(0, Scene.Now + 1).Kind);
    }

    [Fact]
    public void A_rate_that_is_not_of_the_known_curve_is_asked_for_from_then_on()
    {
        var scene = new Scene();
        var start = UInt256.Parse("1268391679");
        scene.Views(Scene.Irm, "rateAtTarget(bytes32)", new Core.Chain.Abi.AbiWriter().Word(Scene.Id), new Core.Chain.Abi.AbiWriter().Word(start));
        scene.Apply(Scene.Created(), Scene.Supplied(Wad * 10UL), Scene.Borrowed(Wad, Wad * 1_000_000UL));
        scene.Read();
        Assert.Equal(RateSource.AdaptiveCurve, scene.Protocol.State.Markets[0].RateSource);

        var right = AdaptiveCurve.After(start, Wad, Wad * 10UL, 12);
        scene.Protocol.BeginBlock(new(2, default, default, Scene.Now + 12));
        scene.Undo.Push();
        scene.Apply(Scene.Rated(right.Average, right.RateAtTarget));
        Assert.Equal((RateSource.AdaptiveCurve, right.RateAtTarget), (scene.Protocol.State.Markets[0].RateSource, scene.Protocol.State.Markets[0].Rate));
        scene.Undo.Rollback();

        scene.Apply(Scene.Rated(right.Average + UInt256.One, right.RateAtTarget));
        Assert.Equal(RateSource.Polled, scene.Protocol.State.Markets[0].RateSource);
        scene.Rate(7UL);
        scene.Read();
        Assert.Equal((true, (UInt256)7UL), (scene.Protocol.State.Markets[0].RateKnown, scene.Protocol.State.Markets[0].Rate));
        Assert.DoesNotContain(Scene.Irm, scene.Protocol.Filter.Widest.Addresses);
    }

    [Fact]
    public void Parameters_that_do_not_hash_to_the_market_or_lend_another_token_are_refused()
    {
        var other = Scene.Terms with { Lltv = Wad / 2UL };
        foreach (var (id, terms) in ((Hash32, MarketParams)[])[(Scene.Id, other), (Scene.Id, new(default, default, default, default, UInt256.Zero)), Foreign()])
        {
            var scene = new Scene(markets: [id]);
            scene.Views(Scene.Contract, "idToMarketParams(bytes32)", new Core.Chain.Abi.AbiWriter().Word(id), terms.Write(new()));
            scene.Read();
            Assert.Null(scene.Protocol.State.Markets[0].Params);
            Assert.Contains(scene.Protocol.MissingReads(), read => read.What.StartsWith("parameters of market", StringComparison.Ordinal));
        }
        Assert.Throws<Core.Chain.Abi.AbiException>(() => new Scene().Apply(Scene.At(Scene.Contract, Topics.CreateMarket, [Scene.Id], other.Write(new()))));

        static (Hash32, MarketParams) Foreign() => Scene.Terms with { LoanToken = Scene.Numbered(0x99) } is var terms ? (terms.Id(Keeper.Chain.Native.Crypto.Keccak.Hash), terms) : default;
    }
}
