using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared;

namespace Keeper.Tests.Protocols.Declared;

/// <summary>A beginning without history: the list's accounts are there at once, those that logs name come to them.</summary>
public class KnownStartTests
{
    private const string Count = "count() returns (uint256)";

    [Theory]
    [InlineData("7", true), InlineData("07", false), InlineData("0x7", false), InlineData("seven", false), InlineData("0x0000000000000000000000000000000000009001", false)]
    public void A_list_of_numbers_holds_numbers_as_the_journal_has_them(string account, bool isRight) => Assert.Equal(isRight, Scene([]).Protocol.CanStartWith(account));

    [Theory]
    [InlineData("0x00000000000000000000000000000000000000aB", true), InlineData("0xab", false), InlineData("171", false)]
    public void A_list_of_addresses_holds_addresses(string account, bool isRight)
    {
        var scene = new DeclaredScene(change: text => text with
        {
            Events = [text.Events[0] with { Event = "Opened(address indexed id)" }], Views = [.. text.Views.Select(view => view with { Function = view.Function.Replace("uint256)", "address)", StringComparison.Ordinal) })],
            Calls = [text.Calls[0] with { Function = "take(address,uint32)" }], BadDebt = null,
        });
        Assert.Equal(isRight, scene.Protocol.CanStartWith(account));
    }

    [Fact]
    public void Its_accounts_are_judged_from_the_first_block_on_and_no_reorg_takes_them_back()
    {
        var scene = Scene(["3", "8"]);
        scene.Say(3, 50);
        scene.Next(scene.OpenedLog(9), scene.OpenedLog(3));
        Assert.Equal(["3", "8", "9"], Keys(scene.Protocol));
        Assert.Equal((VerdictKind.Liquidatable, VerdictKind.Healthy), (scene.Of(0).Kind, scene.Of(1).Kind));
        Assert.NotEmpty(scene.Protocol.Plan(0, 0));
        scene.Back();
        Assert.Equal(["3", "8"], Keys(scene.Protocol));
    }

    [Fact]
    public void What_it_lacks_is_told_and_is_no_fault()
    {
        var total = Assert.Single(Scene(["3", "8"]).Protocol.Capture().Totals());
        Assert.Null(total.Difference(Word(5)));
        Assert.Equal("the mirror holds 2, the contract 5", total.Lack!(Word(5)));
        // The list may name whom the contract does not have.
        Assert.Null(total.Difference(Word(1)));
        Assert.Null(total.Lack(Word(1)));
        Assert.NotNull(Assert.Single(new DeclaredScene(change: text => text with { AccountCount = Count }).Protocol.Capture().Totals()).Difference(Word(1)));

        static byte[] Word(ulong count) => new AbiWriter().Word(count).ToArray();
    }

    [Fact]
    public void A_snapshot_has_all_of_them_and_a_longer_list_adds_to_it()
    {
        var scene = Scene(["3", "8"]);
        scene.Next(scene.OpenedLog(9));
        var saved = Bytes(scene.Protocol);
        var same = Loaded(["3", "8"]);
        Assert.Equal(saved, Bytes(same));
        Assert.Equal(["3", "8", "11", "9"], Keys(Loaded(["3", "8", "11"])));

        DeclaredProtocol Loaded(string[] list)
        {
            var protocol = Scene(list).Protocol;
            var reader = new SnapshotReader(saved);
            protocol.Load(ref reader);
            reader.RequireEnd();
            return protocol;
        }
    }

    private static DeclaredScene Scene(string[] list) => new(change: text => text with { AccountCount = Count }, start: new KnownStart(50, list));

    private static IEnumerable<string> Keys(DeclaredProtocol protocol) => Enumerable.Range(0, protocol.AccountCount).Select(protocol.KeyOf);

    private static byte[] Bytes(DeclaredProtocol protocol)
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        protocol.Capture().Save(writer);
        writer.End();
        return stream.ToArray();
    }
}
