using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;
using Keeper.Protocols.RefPerps;

namespace Keeper.Tests.Protocols.RefPerps;

public class SignatureTests
{
    [Fact]
    public void Topics_are_hashes_of_their_signatures() =>
        Assert.All(Topics.All.Concat(OracleTopics.All), known => Assert.Equal(Keccak.Topic(known.Signature), known.Topic));

    [Fact]
    public void Selectors_of_calls_and_errors_are_hashes_of_their_signatures() =>
        Assert.All(Calls.Liquidating.Concat(Calls.Reading).Concat(Errors.All).Concat(OracleCalls.All), known => Assert.Equal(Keccak.Selector(known.Signature), known.Selector));

    [Fact]
    public void Every_topic_of_the_filter_has_a_handler()
    {
        var scene = Scene.Simple();
        var filter = scene.Protocol.Filter;
        Assert.Equal(Topics.All.Concat(OracleTopics.All).Select(known => known.Topic), filter.Any.Topics);
        foreach (var (topic, _) in Topics.All) Assert.Throws<AbiException>(() => scene.Apply(Scene.At(Scene.Contract, topic, [], [1])));
    }

    [Fact]
    public void Logs_nobody_asked_for_change_nothing()
    {
        var scene = Scene.Simple();
        var before = scene.Fingerprint();
        scene.Apply(
            Scene.At(Scene.Contract, new Hash32(UInt256.One), [], []),
            Scene.At(Scene.Contract, OracleTopics.AnswerUpdated, [], []),
            Scene.At(Scene.Aggregator(1), Topics.QuoteChanged, [], []),
            Scene.Answered(Scene.Aggregator(9), 5, 1, Scene.Now));
        Assert.Equal(before, scene.Fingerprint());
    }
}
