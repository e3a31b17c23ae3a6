using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Protocols.RefPerps;

namespace Keeper.Tests.Protocols.RefPerps;

public class DecoderTests
{
    private static readonly Dictionary<string, Log> Good = new()
    {
        ["QuoteChanged"] = Scene.Quote(1, -5),
        ["PositionChanged"] = Scene.Position(1, 1, 7, 8, -9),
        ["PositionLiquidated"] = Scene.Liquidated(1, 1),
        ["MarketSynced"] = Scene.Synced(1, -3, Scene.Now + 1),
        ["MarketState"] = Scene.State(1, -4, -2),
        ["InsuranceFundChanged"] = Scene.Insurance(11),
        ["PoolChanged"] = Scene.Pool(-12),
        ["AccountOpened"] = Scene.Opened(2),
        ["MarketListed"] = Scene.Listed(2),
        ["MarketParamsSet"] = Scene.ParamsSet(1, new() { LiqFeePpm = 77 }),
        ["MarketTiersSet"] = Scene.TiersSet(1, [(5, 1), (MarketTerms.NoLimit, 2)], [(MarketTerms.NoLimit, 3)]),
        ["GlobalParamsSet"] = Scene.Globals(stipend: 3),
        ["PausedSet"] = Scene.Paused(3),
        ["AnswerUpdated"] = Scene.Answered(Scene.Aggregator(1), 99, 5, Scene.Now + 2),
    };

    /// <summary>Words of the data whose upper bits must be clear; arguments of 256 bits have none.</summary>
    private static readonly Dictionary<string, int[]> Padded = new()
    {
        ["QuoteChanged"] = [2],
        ["PositionChanged"] = [6],
        ["PositionLiquidated"] = [6],
        ["MarketSynced"] = [0, 2, 4],
        ["AccountOpened"] = [0, 1],
        ["MarketParamsSet"] = [.. Enumerable.Range(0, 14)],
        ["MarketTiersSet"] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        ["GlobalParamsSet"] = [0, 1, 2, 3, 4],
        ["PausedSet"] = [0],
    };

    public static TheoryData<string> Names => new(Good.Keys);
    public static TheoryData<string> PaddedNames => new(Padded.Keys);

    [Theory, MemberData(nameof(Names))]
    public void A_good_log_changes_the_state_and_a_second_time_nothing_more(string name)
    {
        var scene = Scene.Simple();
        var before = scene.Fingerprint();
        scene.Apply(Good[name]);
        var after = scene.Fingerprint();
        // Who liquidated is no state.
        Assert.Equal(name == "PositionLiquidated", before == after);
        if (name != "MarketTiersSet") // a schedule is a new object each time
        {
            scene.Apply(Good[name]);
            Assert.Equal(after, scene.Fingerprint());
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Data_of_another_length_is_refused_and_changes_nothing(string name)
    {
        var log = Good[name];
        Refuses(log with { Data = log.Data[..^32] });
        Refuses(log with { Data = log.Data[..^1] });
        Refuses(log with { Data = ReadOnlyMemory<byte>.Empty });
        Refuses(log with { Data = (byte[])[.. log.Data.Span, .. new byte[32]] });
        Refuses(log with { Data = (byte[])[.. log.Data.Span, 0] });
    }

    [Theory, MemberData(nameof(Names))]
    public void Another_number_of_topics_is_refused_and_changes_nothing(string name)
    {
        var log = Good[name];
        if (log.TopicCount > 1) Refuses(log with { TopicCount = log.TopicCount - 1 });
        if (log.TopicCount < 4) Refuses(log with { TopicCount = log.TopicCount + 1 });
    }

    [Theory, MemberData(nameof(PaddedNames))]
    public void Dirty_padding_is_refused_and_changes_nothing(string name)
    {
        foreach (var word in Padded[name])
        {
            var data = Good[name].Data.ToArray();
            data[32 * word] ^= 0x80;
            Refuses(Good[name] with { Data = data });
        }
    }

    [Fact]
    public void Dirty_padding_of_an_indexed_market_or_address_is_refused()
    {
        var dirty = new Hash32(UInt256.One << 32);
        Refuses(Good["PositionChanged"] with { Topic2 = dirty });
        Refuses(Good["PositionLiquidated"] with { Topic2 = dirty });
        Refuses(Good["PositionLiquidated"] with { Topic3 = new Hash32(UInt256.One << 160) });
        foreach (var name in (string[])["MarketSynced", "MarketState", "MarketListed", "MarketParamsSet", "MarketTiersSet"]) Refuses(Good[name] with { Topic1 = dirty });
        Refuses(Good["AccountOpened"] with { Topic2 = new Hash32(UInt256.One << 160) });
    }

    [Fact]
    public void Parameters_that_no_formula_can_bear_are_refused()
    {
        Refuses(Scene.ParamsSet(1, new() { Lot = UInt256.Zero }));
        Refuses(Scene.ParamsSet(1, new() { SkewScale = UInt256.Zero }));
        Refuses(Scene.ParamsSet(1, new() { FeedDecimals = 19 }));
        Refuses(Scene.TiersSet(1, [], [(MarketTerms.NoLimit, 3)]));
        Refuses(Scene.TiersSet(1, [(5, 2), (5, 3)], [(MarketTerms.NoLimit, 3)]));
        Refuses(Scene.TiersSet(1, [(5, 2), (6, 1)], [(MarketTerms.NoLimit, 3)]));
    }

    [Fact]
    public void An_account_or_a_market_that_nobody_told_of_is_a_gap()
    {
        var scene = Scene.Simple();
        var before = scene.Fingerprint();
        foreach (var log in (Log[])[
            Scene.Quote(9, 1), Scene.Position(9, 1, 1, 1, 1), Scene.Position(1, 9, 1, 1, 1), Scene.Synced(9, 0, 1), Scene.State(9, 0, 0),
            Scene.ParamsSet(9, new()), Scene.TiersSet(9, [(5, 1)], [(5, 1)])])
        {
            Assert.Throws<MirrorException>(() => scene.Apply(log));
        }
        Assert.Equal(before, scene.Fingerprint());
    }

    private static void Refuses(Log log)
    {
        var scene = Scene.Simple();
        var before = scene.Fingerprint();
        Assert.Throws<AbiException>(() => scene.Apply(log));
        Assert.Equal(before, scene.Fingerprint());
    }
}
