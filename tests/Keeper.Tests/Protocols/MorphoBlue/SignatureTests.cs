using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.MorphoBlue;
using Keeper.Protocols.Oracles;

namespace Keeper.Tests.Protocols.MorphoBlue;

public sealed class SignatureTests
{
    [Fact]
    public void Topics_are_hashes_of_their_signatures() => Assert.All(Topics.All, known => Assert.Equal(Keccak.Topic(known.Signature), known.Topic));

    [Fact]
    public void Selectors_are_hashes_of_their_signatures() =>
        Assert.All(Calls.All.Concat(OracleLegs.Getters), known => Assert.Equal(Keccak.Selector(known.Signature), known.Selector));

    /// <summary>An event that names no market there would never be told.</summary>
    [Fact]
    public void Logs_are_asked_for_by_their_market_which_each_event_names_first()
    {
        var scene = Scene.Simple();
        Assert.Equal([Scene.Id], scene.Protocol.Filter.OfSubjects.Subjects);
        Assert.All(Topics.All, known => Assert.Contains("(bytes32,", known.Signature));
        Assert.DoesNotContain(Scene.Contract, scene.Protocol.Filter.Any.Addresses);
    }

    [Fact]
    public void Every_topic_of_the_filter_has_a_handler_that_refuses_what_is_malformed_and_changes_nothing()
    {
        var scene = Scene.Simple();
        var before = scene.Fingerprint();
        Assert.Equal(Topics.All.Select(known => known.Topic).Order(), scene.Protocol.Filter.OfSubjects.Topics.Order());
        Assert.Equal(OracleTopics.All.Select(known => known.Topic).Order(), scene.Protocol.Filter.Any.Topics.Order());
        foreach (var (topic, _) in Topics.All)
        {
            var from = topic == Topics.BorrowRateUpdate ? Scene.Irm : Scene.Contract;
            Assert.Throws<AbiException>(() => scene.Apply(Scene.At(from, topic, [Scene.Id], new AbiWriter().Word(1u).Word(1u).Word(1u).Word(1u))));
            Assert.Throws<AbiException>(() => scene.Apply(Scene.At(from, topic, [Scene.Id, Scene.Id, Scene.Id], new AbiWriter())));
        }
        Assert.Equal(before, scene.Fingerprint());
    }

    [Fact]
    public void Logs_of_other_markets_contracts_and_kinds_change_nothing()
    {
        var scene = Scene.Simple();
        var before = scene.Fingerprint();
        scene.Apply(
            Scene.At(Scene.Contract, new Hash32(UInt256.One), [Scene.Id], new()),
            Scene.At(Scene.Contract, Topics.SetFee, [new Hash32(UInt256.One)], new()),
            Scene.Supplied(UInt256.One, new Hash32(UInt256.One)),
            Scene.At(Scene.Oracle, Topics.SetFee, [Scene.Id], new()),
            Scene.Rated(UInt256.One, UInt256.One, Scene.Oracle));
        Assert.Equal(before, scene.Fingerprint());
    }
}
