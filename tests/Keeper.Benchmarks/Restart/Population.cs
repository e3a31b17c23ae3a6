using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;
using Keeper.Protocols.RefPerps;

namespace Keeper.Benchmarks.Restart;

/// <summary>Accounts with two positions each in 16 markets, and what the contract would answer about them.</summary>
internal static class Population
{
    public const int Markets = 16;
    public static readonly Address Contract = Numbered(0xc0);
    private static readonly UInt256 Wad = 1_000_000_000_000_000_000UL;

    public static RefPerpsProtocol Empty(UndoLog undo) => new(new("bench", "refperps", Contract, 0, null), undo);

    public static RefPerpsProtocol Of(int accounts, UndoLog undo)
    {
        var protocol = Empty(undo);
        var (state, random) = (protocol.State, new Random(7));
        for (var id = 1u; id <= Markets; id++)
        {
            state.AddMarket(id);
            var terms = new MarketParams(Numbered(0xf000 + id), 3_600, (Int256)(Wad / 20UL), Wad / 1_000UL, Wad, Wad * 1_000_000_000UL, 10_000UL, 500_000UL, 100_000UL, 500_000UL, 10_000_000_000UL);
            TierSchedule tiers = new([(Wad * 1_000_000UL, 10_000), (UInt256.MaxValue >> 128, 20_000)]);
            state.SetMarket((int)id - 1, state.Markets[(int)id - 1] with { Params = terms, Maintenance = tiers, Initial = tiers, Feed = state.Feeds.Follow(terms.Feed), FundingTime = StillChain.Time });
        }
        for (var account = 0; account < accounts; account++)
        {
            state.Accounts.Put((UInt256)(ulong)(account + 1), AccountRow.New);
            state.SetQuote(account, Amount(random, 5_000));
            var market = (uint)random.Next(Markets);
            Open(market);
            Open((market + 1 + (uint)random.Next(Markets - 1)) % Markets);

            void Open(uint at)
            {
                var size = Amount(random, 50);
                if (random.Next(2) == 0) size = -size;
                state.SetPosition(account, at + 1, size, Int256.MulDivTrunc(size, (Int256)(Wad * 100UL), Wad), Amount(random, 1));
            }
        }
        return protocol;
    }

    /// <summary>The answers of the contract and of its feeds.</summary>
    public static Dictionary<CallRequest, byte[]> Answers(RefPerpsProtocol protocol)
    {
        var (state, answers) = (protocol.State, new Dictionary<CallRequest, byte[]>());
        var (longs, shorts) = (new UInt256[Markets], new UInt256[Markets]);
        for (var i = 0; i < state.Positions.Count; i++) (state.Positions[i].Size.IsNegative ? shorts : longs)[state.Positions[i].Market] += state.Positions[i].Size.Abs;
        answers[Calls.QuoteToken(Contract)] = new AbiWriter().Word(Numbered(0xd0)).ToArray();
        answers[Calls.AccountCount(Contract)] = new AbiWriter().Word((UInt256)(ulong)state.Accounts.Count).ToArray();
        answers[Calls.TotalQuote(Contract)] = new AbiWriter().Word(state.Globals.TotalQuote).ToArray();
        for (var id = 1u; id <= Markets; id++)
        {
            var view = new AbiWriter();
            for (var word = 0; word < 8; word++) view.Word(UInt256.Zero);
            answers[Calls.GetMarket(Contract, id)] = view.Word(longs[id - 1]).Word(shorts[id - 1]).ToArray();
            answers[OracleCalls.Aggregator(Numbered(0xf000 + id))] = new AbiWriter().Word(Numbered(0xa000 + id)).ToArray();
            answers[OracleCalls.LatestRoundData(Numbered(0xf000 + id))] = new AbiWriter().Word(UInt256.One).Word((UInt256)10_000_000_000UL)
                .Word((UInt256)StillChain.Time).Word((UInt256)StillChain.Time).Word(UInt256.One).ToArray();
        }
        return answers;
    }

    private static Int256 Amount(Random random, int most) => (Int256)((UInt256)(ulong)random.NextInt64(1, most * 1_000_000L) * 1_000_000_000_000UL);

    private static Address Numbered(uint value) => AbiReader.ToAddress((UInt256)value);
}
