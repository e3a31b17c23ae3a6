using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Tests.Protocols.RefPerps;

/// <summary>What an answer says of an account; that the views are right is tested on the contract itself.</summary>
public sealed class ContractAuditTests
{
    private static readonly byte[] Stale = new AbiWriter().Word(UInt256.One).Word(UInt256.One).ToCall(Keccak.Selector("OracleStale(uint32,uint256)"));

    private readonly Scene _scene = Scene.Simple();

    public ContractAuditTests() => _scene.Apply(Scene.Quote(1, (Int256)Scene.Wad), Scene.Position(1, 1, (Int256)Scene.Wad, (Int256)Scene.Wad, 0));

    [Fact]
    public void A_refusal_for_a_price_is_what_the_mirror_expects_where_it_calls_the_price_too_old_and_a_difference_where_not()
    {
        Assert.Empty(Health(Scene.Now + 1_000_000_000).Compare(new CallResult.Reverted(Stale))!);
        Assert.Contains("OracleStale", Assert.Single(Health(Scene.Now).Compare(new CallResult.Reverted(Stale))!).Contract);
        Assert.Equal("refused for a price", Assert.Single(Health(Scene.Now + 1_000_000_000).Compare(Returned(1UL, 2UL, 3UL))!).Mirrored);
    }

    [Fact]
    public void Every_figure_that_differs_is_named()
    {
        var health = _scene.Protocol.Health(0, Scene.Now)!.Value;
        Assert.Empty(Health(Scene.Now).Compare(new CallResult.Returned(new AbiWriter().Word(health.Equity).Word(health.Maintenance).Word(health.Initial).ToArray()))!);
        Assert.Equal(["equity", "maintenance", "initial"], Health(Scene.Now).Compare(Returned(1UL, 2UL, 3UL))!.Select(difference => difference.Field));
    }

    [Fact]
    public void A_revert_that_the_contract_cannot_have_said_and_a_refusal_of_the_node_say_nothing()
    {
        Assert.Null(Health(Scene.Now).Compare(new CallResult.Reverted(ReadOnlyMemory<byte>.Empty)));
        Assert.Null(Health(Scene.Now).Compare(new CallResult.Reverted(new byte[] { 1, 2, 3, 4 })));
        Assert.Null(Health(Scene.Now).Compare(new CallResult.Refused("out of gas")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(128)]
    public void Data_of_another_length_is_no_answer(int length) => Assert.Throws<AbiException>(() => Health(Scene.Now).Compare(new CallResult.Returned(new byte[length])));

    [Fact]
    public void Where_the_mirror_waits_for_a_round_itself_it_expects_nothing_and_a_repair_does_not_forestall_it()
    {
        var scene = new Scene();
        scene.List(1, new());
        scene.Apply(Scene.Globals(), Scene.Opened(1), Scene.Position(1, 1, (Int256)Scene.Wad, (Int256)Scene.Wad, 0));
        Assert.Null(scene.Protocol.AuditReads(0, Scene.Now)[1].Compare(Returned(1UL, 2UL, 3UL)));
        Assert.DoesNotContain(scene.Protocol.RepairReads(0), read => read.What.StartsWith("latest round", StringComparison.Ordinal));
        Assert.Contains(_scene.Protocol.RepairReads(0), read => read.What.StartsWith("latest round", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_asked_depends_on_the_account_alone()
    {
        var before = _scene.Protocol.AuditReads(0, Scene.Now).Select(read => Hex.Encode(read.Call.Data.Span)).ToArray();
        _scene.Apply(Scene.Quote(1, 5), Scene.Position(1, 1, 0, 0, 0));
        Assert.Equal(before, _scene.Protocol.AuditReads(0, Scene.Now + 60).Select(read => Hex.Encode(read.Call.Data.Span)));
    }

    private AuditRead Health(ulong timestamp) => _scene.Protocol.AuditReads(0, timestamp)[1];

    private static CallResult Returned(params UInt256[] words) => new CallResult.Returned(words.Aggregate(new AbiWriter(), (writer, word) => writer.Word(word)).ToArray());
}
