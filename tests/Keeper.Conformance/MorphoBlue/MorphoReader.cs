using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>What Morpho itself says, at the newest block.</summary>
internal sealed class MorphoReader(IChainClient client, MorphoWorld world)
{
    /// <param name="Refuses">The market cannot accrue, or has no price.</param>
    public readonly record struct Health(bool Refuses, bool IsHealthy, UInt256 Borrowed, UInt256 MaxBorrow);

    /// <summary>Of a market after it has accrued.</summary>
    public readonly record struct Totals(UInt256 SupplyAssets, UInt256 SupplyShares, UInt256 BorrowAssets, UInt256 BorrowShares)
    {
        public static Totals Of(in MarketQuote quote) => new(quote.SupplyAssets, quote.SupplyShares, quote.BorrowAssets, quote.BorrowShares);
    }

    public async Task<(Totals Market, IReadOnlyList<Health> Healths)> JudgeAsync(MarketParams market, IReadOnlyList<Address> borrowers)
    {
        var data = market.Write(new AbiWriter().Word(world.Morpho)).StaticArray(borrowers, (to, borrower) => to.Word(borrower)).ToCall(Keccak.Selector($"judge(address,{MorphoWorld.Terms},address[])"));
        var answers = await client.CallAsync([new CallRequest(world.Lens, data)], BlockId.At(world.Chain.Number), CancellationToken.None);
        var reader = new AbiReader((answers[0] as CallResult.Returned ?? throw new InvalidOperationException($"The lens: {answers[0]}")).Data.Span);
        var totals = new Totals(reader.ReadUInt256(), reader.ReadUInt256(), reader.ReadUInt256(), reader.ReadUInt256());
        reader.ReadUInt256(); // lastUpdate
        reader.ReadUInt256(); // fee
        var list = reader.ReadOffset();
        var healths = new List<Health>();
        for (var left = list.ReadLength(128); left > 0; left--) healths.Add(new(list.ReadBool(), list.ReadBool(), list.ReadUInt256(), list.ReadUInt256()));
        return (totals, healths);
    }
}
