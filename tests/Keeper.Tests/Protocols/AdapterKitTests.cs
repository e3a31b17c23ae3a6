using System.Buffers.Binary;
using Keeper.AdapterKit;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared;
using Keeper.Protocols.Oracles;
using Keeper.Protocols.RefPerps;
using Keeper.Tests.Protocols.Declared;
using Keeper.Tests.Protocols.RefPerps;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Protocols;

/// <summary>The conformance kit of adapters on the adapters of this build, and on one that breaks its rules.</summary>
public class AdapterKitTests
{
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void The_reference_exchange_passes(int seed)
    {
        var random = new Random(seed);
        var prices = new List<(ulong Block, ulong Round, long Answer)> { (0, 1, 1) };
        var blocks = new List<KitBlock>();
        for (ulong number = 1; number <= 15; number++)
        {
            var block = Block(number);
            List<Log> logs = number == 1
                ? [Scene.Listed(1), Scene.ParamsSet(1, new()), Scene.TiersSet(1, new MarketTerms().Maintenance, new MarketTerms().Initial), Scene.Synced(1, 0, block.Timestamp), Scene.State(1, 0, 0), Scene.Globals(), Scene.Pool(1_000_000), Scene.Opened(1), Scene.Opened(2)]
                : [.. Enumerable.Range(0, 3).Select(_ => Any())];
            if (number > 2 && random.Next(2) == 0)
            {
                prices.Add((number, prices[^1].Round + 1, random.Next(1, 4)));
                logs.Add(Scene.Answered(Scene.Aggregator(1), (Int256)(Scene.Wad * (ulong)prices[^1].Answer), prices[^1].Round, block.Timestamp));
            }
            blocks.Add(new(block, [.. logs.Select((log, i) => log with { BlockNumber = number, BlockHash = block.Hash, LogIndex = (uint)i })]));
        }
        Assert.Empty(AdapterKit.AdapterKit.Check(new(undo => new RefPerpsProtocol(new("test", "refperps", Scene.Contract, 0, null), undo), blocks, Answer)));

        Log Any()
        {
            var account = (ulong)random.Next(1, 3);
            return random.Next(3) switch { 0 => Scene.Quote(account, random.Next(-50, 100)), 1 => Scene.State(1, random.Next(-9, 9), 0), _ => Scene.Position(account, 1, random.Next(3) == 0 ? 0 : random.Next(1, 60), 50, 0) };
        }

        CallResult Answer(CallRequest call, BlockRef block)
        {
            var to = call.To!.Value;
            var (_, round, answer) = prices.Last(price => price.Block <= block.Number);
            var at = prices.Last(price => price.Block <= block.Number).Block;
            byte[] data = BinaryPrimitives.ReadUInt32BigEndian(call.Data.Span) switch
            {
                var selector when selector == Selector(OracleCalls.Aggregator(to)) => Scene.Words(Scene.Aggregator(1)),
                var selector when selector == Selector(OracleCalls.LatestRoundData(to)) => Scene.Round(round, (Int256)(Scene.Wad * (ulong)answer), Block(at).Timestamp, Block(at).Timestamp),
                var selector when selector == Selector(OracleCalls.TypeAndVersion(to)) => new AbiWriter().Bytes("Aggregator 1.0.0"u8).ToArray(),
                var selector when selector == Keccak.Selector("quoteToken()") => Scene.Words(Scene.QuoteToken),
                var selector when selector == Keccak.Selector("symbol()") => new AbiWriter().Bytes("USDX"u8).ToArray(),
                _ => new AbiWriter().Word(18UL).ToArray(),
            };
            return new CallResult.Returned(data);
        }
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void A_declared_protocol_passes(int seed)
    {
        var random = new Random(seed);
        var scene = new DeclaredScene();
        var blocks = Enumerable.Range(1, 15).Select(number => Block((ulong)number)).Select(block => new KitBlock(
            block, [.. Enumerable.Range(0, random.Next(3)).Select(_ => scene.OpenedLog((ulong)random.Next(6)) with { BlockNumber = block.Number, BlockHash = block.Hash })])).ToArray();
        var settings = DeclaredScene.Settings(accountsPerBlock: 64);
        Assert.Empty(AdapterKit.AdapterKit.Check(new(undo => new DeclaredProtocol(settings, undo), blocks, Answer)));

        // Some fall, some rise, one never answers: by account and block alone.
        static CallResult Answer(CallRequest call, BlockRef block)
        {
            if (call.To != DeclaredScene.Pool) return new CallResult.Returned(DeclaredScene.OfFeed(call));
            var account = (ulong)new AbiReader(call.Data.Span[4..]).ReadUInt256();
            if (account == 5) return new CallResult.Reverted(default);
            return new CallResult.Returned(BinaryPrimitives.ReadUInt32BigEndian(call.Data.Span) == Keccak.Selector("health(uint256)")
                ? new AbiWriter().Word((Int256)(long)(80 + (account * 7 + block.Number * 3) % 40)).Word(100UL).ToArray()
                : new AbiWriter().StaticArray<ulong>([7, 9], (writer, item) => writer.Word(item)).ToArray());
        }
    }

    /// <summary>The control: an adapter that remembers beside the undo log, and one whose plans are not among its functions.</summary>
    [Fact]
    public void An_adapter_that_breaks_the_rules_is_found_out()
    {
        var maker = new ScriptedProtocol(new());
        KitBlock[] blocks = [.. Enumerable.Range(1, 4).Select(number => Block((ulong)number)).Select(block => new KitBlock(block, [maker.PriceLog(block, 1, block.Number)]))];
        // It tells the whole of a revert, and follows the rules apart from that.
        Assert.Equal(["what a revert means is too long, or has control characters"], Check(_ => { }));
        var forgetful = Check(protocol =>
        {
            var logs = 0;
            protocol.Applied = _ => logs++;
            protocol.Judge = (_, _) => new(VerdictKind.Healthy, logs, UInt256.One);
        });
        Assert.Contains(forgetful, wrong => wrong.EndsWith("the state before it did not come back when it was undone", StringComparison.Ordinal));
        Assert.Contains(forgetful, wrong => wrong.EndsWith("after a reorg the same blocks led to another state", StringComparison.Ordinal));
        var restless = Check(protocol =>
        {
            var asked = 0;
            protocol.Judge = (_, _) => new(VerdictKind.Healthy, asked++, UInt256.One);
        });
        Assert.Contains(restless, wrong => wrong.Contains("judging, planning or asking changed the state", StringComparison.Ordinal));
        var greedy = Check(protocol => protocol.Calls = (_, _) => [ScriptedProtocol.Call(Usd.Whole(1)) with { Data = new byte[] { 9, 9, 9, 9 } }]);
        Assert.Contains(greedy, wrong => wrong.Contains("calls what is not among the functions", StringComparison.Ordinal));
        Assert.Contains(greedy, wrong => wrong.EndsWith("is Empty, and something is planned", StringComparison.Ordinal));

        IReadOnlyList<string> Check(Action<ScriptedProtocol> change) => AdapterKit.AdapterKit.Check(new(
            undo =>
            {
                var protocol = new ScriptedProtocol(undo).WithAccounts("1");
                change(protocol);
                return protocol;
            },
            blocks, (_, _) => new CallResult.Reverted(default)));
    }

    private static uint Selector(CallRequest call) => BinaryPrimitives.ReadUInt32BigEndian(call.Data.Span);
}
