using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission;
using Keeper.Journal;

namespace Keeper.Tests.Journal;

public sealed class JournalJsonTests
{
    private const string One = "0x0000000000000001000000000000000000000000000000000000000000000001";

    private const string Rival = """{"liquidator":"0x00000000000000000000000000000000000000bb","blockNumber":101,"transaction":"0x0000000000000001000000000000000000000000000000000000000000000063","pricePerGas":"31000000000"}""";

    /// <summary>The stored form. A change here is a new schema version.</summary>
    public static TheoryData<string, string> Golden => new()
    {
        { "breakerChanged", """{"breaker":"gas","isOpen":true,"isManual":false,"reason":"0.5 of 0.4 spent without success","at":1700000012}""" },
        { "adopted", """{"key":"0x00000000000000000000000000000000000000aa","nextNonce":12,"reason":"the operator sent coin"}""" },
        { "missed", $$"""{"account":"refperps:17","by":{{Rival}},"doing":"backing_off"}""" },
        { "intended", """{"key":"0x00000000000000000000000000000000000000aa","nonce":7,"items":[{"account":"refperps:17","what":"close 1.5 of market 2"},{"account":"refperps:18","what":"resolve bad debt"}],"data":"0xb811fc2c","gasLimit":18446744073709551615,"deadline":1700000024,"basis":{"number":100,"hash":"0x0000000000000001000000000000000000000000000000000000000000000064","parentHash":"0x0000000000000001000000000000000000000000000000000000000000000063","timestamp":1700000000},"fromHint":true,"expectedReward":"-5","maxPricePerGas":"115792089237316195423570985008687907853269984665640564039457584007913129639935"}""" },
        { "signed", $$"""{"plan":3,"nonce":7,"attempt":2,"hash":"{{One}}","raw":"0x02f801","fees":{"maxFeePerGas":"30000000000","maxPriorityFeePerGas":"2000000000","isLegacy":false},"isCancel":false}""" },
        { "broadcast", $$"""{"plan":3,"hash":"{{One}}","answer":"feeCapBelowBaseFee"}""" },
        { "mined", $$"""{"plan":3,"hash":"{{One}}","blockNumber":101,"blockHash":"0x0000000000000001000000000000000000000000000000000000000000000065","succeeded":true,"gasUsed":210000,"effectiveGasPrice":"25000000000"}""" },
        { "settled", $$"""{"plan":3,"hash":"{{One}}","outcomes":[{"account":"refperps:17","outcome":"won","detail":null},{"account":"refperps:18","outcome":"reverted","detail":"Healthy(\u002218\u0022)\n\u00E9"}]}""" },
        { "abandoned", """{"plan":3,"reason":"no longer pays"}""" },
    };

    /// <summary>Those members that the first version did not have: without their fact the bytes are those of the first version.</summary>
    public static TheoryData<string, string> GoldenOptional => new()
    {
        { "intended", $$"""{"key":"0x00000000000000000000000000000000000000aa","nonce":7,"items":[{"account":"refperps:17","what":"close 1.5 of market 2"},{"account":"refperps:18","what":"resolve bad debt"}],"data":"0xb811fc2c","gasLimit":18446744073709551615,"deadline":1700000024,"basis":{"number":100,"hash":"0x0000000000000001000000000000000000000000000000000000000000000064","parentHash":"0x0000000000000001000000000000000000000000000000000000000000000063","timestamp":1700000000},"fromHint":true,"expectedReward":"-5","maxPricePerGas":"115792089237316195423570985008687907853269984665640564039457584007913129639935","behind":"{{One}}"}""" },
        { "signed", $$"""{"plan":3,"nonce":7,"attempt":2,"hash":"{{One}}","raw":"0x02f801","fees":{"maxFeePerGas":"30000000000","maxPriorityFeePerGas":"2000000000","isLegacy":false},"isCancel":false,"privateUntil":105}""" },
        { "mined", $$"""{"plan":3,"hash":"{{One}}","blockNumber":101,"blockHash":"0x0000000000000001000000000000000000000000000000000000000000000065","succeeded":true,"gasUsed":210000,"effectiveGasPrice":"25000000000","blockTime":1700000012,"l1Fee":"777"}""" },
        { "settled", $$"""{"plan":3,"hash":"{{One}}","outcomes":[{"account":"refperps:17","outcome":"raced","detail":null,"rival":{{Rival}}}],"paid":[{"token":"0x00000000000000000000000000000000000000bb","amount":"123456789012","symbol":"USDC","decimals":6,"value":"123456000000000000000000","priceSource":"unit of account"},{"token":"0x00000000000000000000000000000000000000bb","amount":"1","symbol":null,"decimals":null,"value":null,"priceSource":null}]}""" },
        { "missed", """{"account":"refperps:17","by":{"liquidator":"0x00000000000000000000000000000000000000bb","blockNumber":101,"transaction":"0x0000000000000001000000000000000000000000000000000000000000000063","pricePerGas":null},"doing":"backing_off"}""" },
        { "breakerChanged", """{"breaker":"gas","isOpen":true,"isManual":false,"reason":"0.5 of 0.4 spent without success","at":1700000012,"protocol":"lend"}""" },
    };

    /// <summary>The members that the second version did not have.</summary>
    public static TheoryData<string, string> GoldenThird => new()
    {
        { "mined", $$"""{"plan":3,"hash":"{{One}}","blockNumber":101,"blockHash":"0x0000000000000001000000000000000000000000000000000000000000000065","succeeded":true,"gasUsed":210000,"effectiveGasPrice":"25000000000","coinPrice":"3000000000000000000000","coinPriceSource":"feed x"}""" },
        { "settled", $$"""{"plan":3,"hash":"{{One}}","outcomes":[],"moved":[{"token":"0x00000000000000000000000000000000000000bb","in":"7","out":"5","symbol":"USDC","decimals":6,"valueIn":"1","valueOut":null,"priceSource":null}]}""" },
    };

    public static TheoryData<string, string, string> Malformed => new()
    {
        { "mined", $$"""{"plan":3,"hash":"{{One}}","blockNumber":1,"blockHash":"{{One}}","succeeded":true,"gasUsed":1,"effectiveGasPrice":"1","l1Fee":"-1"}""", "a negative fee" },
        { "mined", $$"""{"plan":3,"hash":"{{One}}","blockNumber":1,"blockHash":"{{One}}","succeeded":true,"gasUsed":1,"effectiveGasPrice":"1","fee":"1"}""", "a member that is reckoned, not stored" },
        { "adopted", $$"""{"key":"0x00000000000000000000000000000000000000aa","nextNonce":-1,"reason":""}""", "a negative nonce" },
        { "missed", """{"account":"refperps:17","by":null,"doing":""}""", "nobody" },
        { "abandoned", """{"plan":3}""", "a missing property" },
        { "abandoned", """{"plan":3,"reason":"x","more":1}""", "an unknown property" },
        { "abandoned", """{"plan":3,"reason":"x","reason":"y"}""", "a property twice" },
        { "abandoned", """{"plan":3,"reason":null}""", "null where a text stands" },
        { "abandoned", """{"Plan":3,"reason":"x"}""", "another letter case" },
        { "abandoned", """{"plan":"3","reason":"x"}""", "a number as text" },
        { "abandoned", "null", "no object" },
        { "abandoned", "", "nothing" },
        { "abandoned", """{"plan":3,"reason":"x"}}""", "a brace too many" },
        { "broadcast", $$"""{"plan":3,"hash":"{{One}}","answer":"melted"}""", "an unknown name" },
        { "broadcast", $$"""{"plan":3,"hash":"{{One}}","answer":0}""", "a number for a name" },
        { "broadcast", """{"plan":3,"hash":"0x01","answer":"none"}""", "a short hash" },
        { "broadcast", """{"plan":3,"hash":1,"answer":"none"}""", "a number for a hash" },
        { "signed", $$"""{"plan":3,"nonce":-1,"attempt":2,"hash":"{{One}}","raw":"0x","fees":{"maxFeePerGas":"1","maxPriorityFeePerGas":"1","isLegacy":false},"isCancel":false}""", "a negative nonce" },
        { "signed", $$"""{"plan":3,"nonce":1,"attempt":2,"hash":"{{One}}","raw":"0xf","fees":{"maxFeePerGas":"1","maxPriorityFeePerGas":"1","isLegacy":false},"isCancel":false}""", "half a byte" },
        { "signed", $$"""{"plan":3,"nonce":1,"attempt":2,"hash":"{{One}}","raw":"0x","fees":{"maxFeePerGas":"-1","maxPriorityFeePerGas":"1","isLegacy":false},"isCancel":false}""", "a negative fee" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void Every_kind_is_written_in_its_stored_form(string kind, string body)
    {
        var entry = Entry(kind);
        Assert.Equal(kind, JournalJson.Kind(entry));
        Assert.Equal(body, Samples.Body(entry));
    }

    [Theory]
    [MemberData(nameof(Golden))]
    public void Every_kind_is_read_back_as_it_was(string kind, string body)
    {
        var read = JournalJson.Read(1, kind, body);
        Assert.IsType(Entry(kind).GetType(), read);
        Assert.Equal(body, Samples.Body(read));
    }

    [Theory]
    [MemberData(nameof(GoldenOptional))]
    public void What_the_second_version_added_is_stored_and_read_back(string kind, string body)
    {
        JournalEntry entry = kind switch
        {
            "signed" => Samples.Signed(3, 7, 2) with { PrivateUntil = 105 },
            "mined" => Samples.Mined(3) with { BlockTime = 1_700_000_012, L1Fee = new Wei(777) },
            "settled" => new JournalEntry.Settled(3, Samples.Hash(1), [new("refperps:17", Outcome.Raced, null, Samples.Rival())], [Samples.Paid(), Samples.Paid("1") with { Symbol = null, Decimals = null, Value = null, PriceSource = null }]),
            "intended" => (JournalEntry.Intended)Entry("intended") with { Behind = Samples.Hash(1) },
            "breakerChanged" => Samples.Breaker() with { Protocol = "lend" },
            _ => Samples.Missed() with { By = Samples.Rival() with { PricePerGas = null } },
        };
        Assert.Equal(body, Samples.Body(entry));
        Assert.Equal(body, Samples.Body(JournalJson.Read(1, kind, body)));
    }

    [Theory]
    [MemberData(nameof(GoldenThird))]
    public void What_the_third_version_added_is_stored_and_read_back(string kind, string body)
    {
        JournalEntry entry = kind == "mined"
            ? Samples.Mined(3) with { CoinPrice = Usd.Whole(3_000), CoinPriceSource = "feed x" }
            : new JournalEntry.Settled(3, Samples.Hash(1), [], null, [new(Samples.Foreign, 7UL, 5UL, "USDC", 6, new Usd((Int256)1L), null, null)]);
        Assert.Equal(body, Samples.Body(entry));
        Assert.Equal(body, Samples.Body(JournalJson.Read(1, kind, body)));
    }

    [Fact]
    public void Every_kind_of_entry_that_is_written_has_a_form()
    {
        var kinds = typeof(JournalEntry).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(JournalEntry)) && type != typeof(JournalEntry.Unknown))
            .Select(type => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(type.Name));
        Assert.Equal(kinds.Order(), Golden.Select(row => (string)row[0]).Order());
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_body_that_is_not_exactly_an_entry_is_refused(string kind, string body, string because)
    {
        var refused = Assert.Throws<JournalException>(() => JournalJson.Read(41, kind, body));
        Assert.True(refused.Message.StartsWith("Record 41 ", StringComparison.Ordinal), because);
    }

    [Fact]
    public void An_unknown_kind_is_refused_by_sequence_and_name()
    {
        var refused = Assert.Throws<JournalException>(() => JournalJson.Read(41, "teleported", "{}"));
        Assert.Contains("Record 41", refused.Message);
        Assert.Contains("teleported", refused.Message);
    }

    [Fact]
    public void Raw_bytes_and_extremes_survive_the_round_trip()
    {
        var signed = Samples.Signed(3, ulong.MaxValue) with { Raw = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray(), Fees = Fees.Legacy(new Wei(UInt256.MaxValue)) };
        var read = Assert.IsType<JournalEntry.Signed>(JournalJson.Read(1, "signed", Samples.Body(signed)));
        Assert.Equal(signed.Raw.ToArray(), read.Raw.ToArray());
        Assert.Equal(signed with { Raw = default }, read with { Raw = default });

        var intended = Samples.Intended(0) with { ExpectedReward = new Usd(Int256.MinValue), Items = [] };
        var back = Assert.IsType<JournalEntry.Intended>(JournalJson.Read(1, "intended", Samples.Body(intended)));
        Assert.Equal(Int256.MinValue, back.ExpectedReward.Value);
        Assert.Empty(back.Items);
    }

    private static JournalEntry Entry(string kind) => kind switch
    {
        "intended" => Samples.Intended(7),
        "signed" => Samples.Signed(3, 7, 2),
        "broadcast" => Samples.Broadcast(3, answer: SendError.FeeCapBelowBaseFee),
        "mined" => Samples.Mined(3),
        "settled" => Samples.Settled(3),
        "breakerChanged" => Samples.Breaker(),
        "adopted" => Samples.Adopted(12),
        "missed" => Samples.Missed(),
        _ => Samples.Abandoned(3),
    };
}
