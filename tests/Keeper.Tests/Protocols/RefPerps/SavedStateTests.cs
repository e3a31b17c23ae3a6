using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;
using Keeper.Protocols.RefPerps;

namespace Keeper.Tests.Protocols.RefPerps;

public sealed class SavedStateTests
{
    [Fact]
    public void Random_states_are_loaded_as_they_were_and_go_on_alike()
    {
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var scene = Random(random, logs: 60);
            var loaded = Load(Save(scene));
            loaded.Read();
            scene.Undo.Push();
            loaded.Undo.Push();
            var more = Logs(new Random(seed + 1), 20).ToArray();
            scene.Apply(more);
            loaded.Apply(more);
            AssertAlike(scene, loaded);
            scene.Undo.Rollback();
            loaded.Undo.Rollback();
            AssertAlike(scene, loaded);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void What_was_captured_is_saved_whatever_happened_since()
    {
        var scene = Random(new Random(5), logs: 60);
        var before = Save(scene);
        var captured = scene.Protocol.Capture();
        scene.Undo.Push();
        scene.Apply(Logs(new Random(6), 200));
        Assert.NotEqual(before, Save(scene));
        Assert.Equal(before, Save(captured));
        scene.Undo.Rollback();
        Assert.Equal(before, Save(scene));
    }

    [Fact]
    public void Bytes_that_contradict_themselves_are_refused_and_none_hangs()
    {
        var whole = Save(Random(new Random(9), logs: 80));
        for (var position = 0; position < whole.Length; position++)
        {
            foreach (var value in (byte[])[0, 1, 0x7f, 0xff])
            {
                var bytes = (byte[])whole.Clone();
                bytes[position] = value;
                try
                {
                    var scene = Load(bytes);
                    // Another number in its place is a state as well, and one that can be judged.
                    for (var account = 0; account < scene.Protocol.AccountCount; account++) scene.Protocol.Evaluate(account, Scene.Now);
                }
                catch (Exception error) when (error is SnapshotException or MirrorException or AbiException or ArithmeticException)
                {
                    // As the store tells it: damaged.
                }
            }
        }
    }

    [Fact]
    public void Sums_are_those_of_the_rows_and_an_account_that_is_absent_is_missing_in_them()
    {
        var scene = Scene.Simple();
        scene.Apply(Scene.Opened(2), Scene.Quote(1, 100), Scene.Quote(2, -30), Scene.Position(1, 1, 7, 7, 0), Scene.Position(2, 1, -5, -5, 0));
        Assert.All(Differences(accounts: 2, quote: 70, longs: 7, shorts: 5), Assert.Null);
        var absent = Differences(accounts: 3, quote: 170, longs: 7, shorts: 9);
        Assert.Equal("the mirror holds 2, the contract 3: 1 is missing", absent[0]);
        Assert.Equal("the mirror holds 70, the contract 170", absent[1]);
        Assert.Equal("short: the mirror holds 5, the contract 9: 4 is missing", absent[2]);

        string?[] Differences(ulong accounts, long quote, ulong longs, ulong shorts)
        {
            var checks = scene.Protocol.Capture().Totals();
            var view = new AbiWriter();
            for (var word = 0; word < 8; word++) view.Word(UInt256.Zero);
            return
            [
                checks[0].Difference(new AbiWriter().Word((UInt256)accounts).ToArray()), checks[1].Difference(new AbiWriter().Word((Int256)quote).ToArray()),
                checks[2].Difference(view.Word((UInt256)longs).Word((UInt256)shorts).ToArray()),
            ];
        }
    }

    private static void AssertAlike(Scene expected, Scene actual)
    {
        Assert.Equal(Save(expected), Save(actual));
        Assert.Equal(expected.Protocol.AccountCount, actual.Protocol.AccountCount);
        for (var account = 0; account < expected.Protocol.AccountCount; account++)
        {
            Assert.Equal(expected.Protocol.KeyOf(account), actual.Protocol.KeyOf(account));
            Assert.Equal(expected.Protocol.Health(account, Scene.Now), actual.Protocol.Health(account, Scene.Now));
        }
    }

    private static Scene Random(Random random, int logs)
    {
        var scene = new Scene();
        for (var market = 1u; market <= 4; market++) scene.List(market, new());
        scene.Apply(Scene.Globals(stipend: 5, debtPpm: 100, sequencer: random.Next(2) == 0 ? Scene.Proxy(9) : default, grace: 60));
        for (var id = 1ul; id <= 8; id++) scene.Apply(Scene.Opened(id));
        scene.Read();
        scene.Apply(Logs(random, logs));
        return scene;
    }

    private static IEnumerable<Log> Logs(Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (account, market) = ((ulong)random.Next(1, 9), (uint)random.Next(1, 5));
            Int256 amount = random.NextInt64(-1_000_000, 1_000_000);
            yield return random.Next(8) switch
            {
                0 => Scene.Quote(account, amount),
                1 => Scene.Position(account, market, 0, 0, 0),
                2 => Scene.Synced(market, amount, Scene.Now - 1),
                3 => Scene.State(market, amount, amount),
                4 => Scene.Pool(amount),
                5 => Scene.Paused((byte)random.Next(4)),
                _ => Scene.Position(account, market, amount.IsZero ? 1 : amount, amount, amount),
            };
        }
    }

    private static byte[] Save(Scene scene) => Save(scene.Protocol.Capture());

    private static byte[] Save(Core.Protocol.ICapturedState state)
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        state.Save(writer);
        writer.End();
        return stream.ToArray();
    }

    private static Scene Load(byte[] bytes)
    {
        var scene = new Scene();
        var reader = new SnapshotReader(bytes);
        scene.Protocol.Load(ref reader);
        reader.RequireEnd();
        return scene;
    }
}
