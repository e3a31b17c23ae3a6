using Keeper.AdapterKit;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.MorphoBlue;
using static Keeper.Tests.Protocols.MorphoBlue.Scene;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Protocols.MorphoBlue;

/// <summary>The conformance kit of adapters on a market of two borrowers: its oracle of feeds or known by asking alone, its rate by a formula or by asking.</summary>
public class KitTests
{
    private const int Blocks = 20;

    [Theory]
    [InlineData(1, false, false), InlineData(2, false, true), InlineData(3, true, false), InlineData(4, true, true)]
    public void It_passes_the_kit_of_adapters(int seed, bool isComposed, bool isAdaptive)
    {
        var history = new History(new Random(seed), isComposed, isAdaptive);
        var blocks = Enumerable.Range(1, Blocks).Select(number => history.Next(Block((ulong)number))).ToArray();
        var wrong = AdapterKit.AdapterKit.Check(new(undo => new MorphoBlueProtocol(history.Settings, undo, Keccak.Hash), blocks, history.Answer));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.NotEqual(0, history.Falls);
    }

    /// <summary>Blocks with what borrowers do in them, and what the contracts say in each.</summary>
    private sealed class History(Random random, bool isComposed, bool isAdaptive)
    {
        private static readonly Address Other = Numbered(0xb2), Aggregator = Numbered(0x70), Feed = Numbered(0x60);
        private readonly Scene _scene = new();
        private readonly Dictionary<ulong, Moment> _moments = [];
        private ulong? _price = 2;
        private ulong _round = 1, _liquidity = 600;

        public Core.Protocol.ProtocolSettings Settings => _scene.Protocol.Settings;
        public int Falls { get; private set; }

        public KitBlock Next(BlockRef block)
        {
            _scene.Protocol.BeginBlock(block);
            Log[] logs = block.Number switch
            {
                1 => [Created(), Supplied(Wad * 1_000UL)],
                2 => [CollateralIn(Wad * 100UL), CollateralIn(Wad * 100UL, Other), Borrowed(Wad * 130UL, Wad * 130_000_000UL), Borrowed(Wad * 70UL, Wad * 70_000_000UL, Other)],
                _ => [.. Enumerable.Range(0, random.Next(4)).SelectMany(_ => Any())],
            };
            _scene.Apply(logs);
            if (_price == 1) Falls++;
            _moments[block.Number] = new(Market(_scene.Protocol.State.Markets[0]), _price, _round);
            return new(block, [.. logs.Select((log, i) => log with { BlockNumber = block.Number, BlockHash = block.Hash, LogIndex = (uint)i })]);
        }

        public CallResult Answer(CallRequest call, BlockRef block)
        {
            var moment = _moments[block.Number];
            if (isComposed)
            {
                _scene.Compose(Aggregator, moment.Price ?? 2, moment.Price ?? 2);
                _scene.Views(Feed, "latestRoundData()", new(), Round(moment.Round, (moment.Price ?? 2) * 100_000_000UL));
            }
            else
            {
                _scene.Price(moment.Price);
            }
            _scene.Rate(Wad / 1_000_000_000UL);
            _scene.Views(Irm, "rateAtTarget(bytes32)", new AbiWriter().Word(Id), isAdaptive ? new AbiWriter().Word(1_000_000_000UL) : null);
            var market = call.To == Contract && Hex.Encode(call.Data.Span).StartsWith("0x5c60e39a", StringComparison.Ordinal);
            return (market ? moment.Market : _scene.Find(call)) is { } data ? new CallResult.Returned(data) : new CallResult.Reverted(default);
        }

        private IEnumerable<Log> Any()
        {
            switch (random.Next(6))
            {
                case 0:
                    return [CollateralIn(Wad * (ulong)random.Next(1, 9), random.Next(2) == 0 ? Borrower : Other)];
                case 1 when _liquidity > 20:
                    _liquidity -= 10;
                    return [Borrowed(Wad * 10UL, Wad * 10_000_000UL, Other)];
                case 2:
                    return [Repaid(Wad, Wad * 1_000_000UL)];
                case 3:
                    return [Fee(Wad / (ulong)random.Next(10, 20))];
                default:
                    _round++;
                    _price = isComposed || random.Next(4) > 0 ? 1 + _round % 2 : null;
                    return isComposed ? [Answered(Aggregator, (Int256)(long)((_price ?? 0) * 100_000_000), _round)] : [];
            }
        }
    }

    /// <summary>What the contracts say at the end of a block; a null price reverts.</summary>
    private sealed record Moment(byte[] Market, ulong? Price, ulong Round);
}
