using Keeper.AdapterKit;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Protocols.AaveV3;
using static Keeper.Tests.Protocols.AaveV3.AaveWorld;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Protocols.AaveV3;

/// <summary>The conformance kit of adapters on a pool of which one price comes by logs and the other by polls.</summary>
public class KitTests
{
    private const int Blocks = 20;

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void It_passes_the_kit_of_adapters(int seed)
    {
        var history = new History(new Random(seed));
        var blocks = Enumerable.Range(1, Blocks).Select(number => history.Next(Block((ulong)number))).ToArray();
        var wrong = AdapterKit.AdapterKit.Check(new(undo => new AaveV3Protocol(history.Settings, undo), blocks, history.Answer));
        // Which tokens are the pool's only the state knows, and whose account a log is about must not hang on it: a Mint of a stranger's token is taken for one of the pool's.
        string[] unknown = [.. wrong.Where(one => !one.EndsWith("of a stranger is taken for the protocol's", StringComparison.Ordinal))];
        Assert.True(unknown.Length == 0, string.Join('\n', unknown));
    }

    /// <summary>Blocks with what users and the pool's owner do in them, and what the contracts say in each.</summary>
    private sealed class History(Random random)
    {
        private const int Fall = 10;
        private readonly AaveWorld _world = new();
        private readonly Dictionary<ulong, Moment> _moments = [];
        private readonly Dictionary<(Address Token, Address User), UInt256> _held = [];
        private Moment _now = new(2_000_00000000UL, 1, 0, 1_00000000UL, new(Ether, 0, 18) { UpdatedAt = 0 }, new(Dollars, 1, 6) { UpdatedAt = 0 });

        public Core.Protocol.ProtocolSettings Settings => _world.Protocol.Settings;

        public KitBlock Next(BlockRef block)
        {
            if (_now.RoundAt == 0) _now = _now with { RoundAt = block.Timestamp };
            Log[] logs = block.Number switch
            {
                1 => [],
                2 => [.. Supply(Alice, Wad * 10UL), .. Supply(Bob, Wad * 10UL)],
                3 => [Borrow(Alice, 14_000_000_000UL), Borrow(Bob, 9_000_000_000UL)],
                // What must not be left to chance: a repayment, and a price at which Alice can be liquidated.
                10 => [.. Any(block, 2)],
                11 => [.. Any(block, Fall)],
                _ => [.. Enumerable.Range(0, random.Next(4)).SelectMany(_ => Any(block, random.Next(Fall)))],
            };
            _moments[block.Number] = _now;
            return new(block, [.. logs.Select((log, i) => log with { BlockNumber = block.Number, BlockHash = block.Hash, LogIndex = (uint)i })]);
        }

        public CallResult Answer(CallRequest call, BlockRef block)
        {
            var moment = _moments[block.Number];
            (_world.EtherPrice, _world.Round, _world.RoundAt, _world.DollarPrice) = (moment.Ether, moment.Round, moment.RoundAt, moment.Dollar);
            (_world.Reserves[Ether], _world.Reserves[Dollars]) = (moment.EtherReserve, moment.DollarReserve);
            return _world.Say(call) is { } data ? new CallResult.Returned(data) : new CallResult.Reverted(default);
        }

        private IEnumerable<Log> Any(BlockRef block, int kind)
        {
            var (user, other) = random.Next(2) == 0 ? (Alice, Bob) : (Bob, Alice);
            var (aToken, debtToken) = (_now.EtherReserve.AToken, _now.DollarReserve.DebtToken);
            switch (kind)
            {
                case 0:
                    return [Supply(user, Wad)[0]];
                case 1:
                    return [Borrow(user, (UInt256)(ulong)random.Next(1, 1_000_000_000))];
                case 2:
                    var paid = _held[(debtToken, user)] / 3UL;
                    _held[(debtToken, user)] -= paid;
                    return paid.IsZero ? [] : [Burn(debtToken, user, paid, UInt256.Zero, Ray)];
                case 3:
                    var moved = _held[(aToken, user)] / 4UL;
                    _held[(aToken, user)] -= moved;
                    _held[(aToken, other)] += moved;
                    return [Transfer(aToken, user, other, moved)];
                case 4:
                    return [EMode(user, (ulong)random.Next(2))];
                case 5:
                    return [Flag(random.Next(2) == 0 ? Topics.CollateralEnabled : Topics.CollateralDisabled, Ether, user)];
                case 6:
                    _now = _now with { EtherReserve = _now.EtherReserve with { IsPaused = !_now.EtherReserve.IsPaused } };
                    return [Paused(Ether, _now.EtherReserve.IsPaused)];
                case 7:
                    var rate = Ray / (ulong)random.Next(10, 50);
                    _now = _now with { DollarReserve = _now.DollarReserve with { LiquidityRate = rate, DebtRate = rate, UpdatedAt = block.Timestamp } };
                    return [Updated(Dollars, rate, rate, Ray, Ray)];
                case 8:
                    _now = _now with { Dollar = random.Next(4) == 0 ? null : 1_00000000UL + (UInt256)(ulong)random.Next(1_000_000) };
                    return [];
                default:
                    _now = _now with { Ether = (UInt256)(ulong)(kind == Fall ? 1_200 : random.Next(1_200, 2_200)) * 100_000_000UL, Round = _now.Round + 1, RoundAt = block.Timestamp };
                    return [Answered(_now.Ether, _now.Round, _now.RoundAt)];
            }
        }

        private Log[] Supply(Address user, UInt256 amount)
        {
            Hold(_now.EtherReserve.AToken, user, amount);
            return [Mint(_now.EtherReserve.AToken, user, amount, UInt256.Zero, Ray), Flag(Topics.CollateralEnabled, Ether, user)];
        }

        private Log Borrow(Address user, UInt256 amount)
        {
            Hold(_now.DollarReserve.DebtToken, user, amount);
            return Mint(_now.DollarReserve.DebtToken, user, amount, UInt256.Zero, Ray);
        }

        private void Hold(Address token, Address user, UInt256 amount) => _held[(token, user)] = _held.GetValueOrDefault((token, user)) + amount;
    }

    /// <summary>What the contracts say at the end of a block.</summary>
    private sealed record Moment(UInt256 Ether, ulong Round, ulong RoundAt, UInt256? Dollar, AaveReserve EtherReserve, AaveReserve DollarReserve);
}
