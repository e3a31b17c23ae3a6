using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.RefPerps;

/// <summary>What the contract itself says, at one block.</summary>
internal sealed class ExchangeReader(IChainClient client, Exchange exchange)
{
    public readonly record struct Health(bool Ok, bool Liquidatable, Int256 Equity, UInt256 Maintenance, UInt256 Initial);
    public readonly record struct Close(bool Ok, bool Full, UInt256 Size);
    public readonly record struct Books(Int256 TotalQuote, Int256 Pool, UInt256 InsuranceFund, UInt256 Cash);
    public readonly record struct Market(Int256 FundingIndex, ulong FundingTime, Int256 FundingRate, Int256 Skew, UInt256 OiLong, UInt256 OiShort);

    public async Task<IReadOnlyList<Health>> HealthAsync(IReadOnlyList<UInt256> ids, ulong block) => Rows(
        await CallAsync(exchange.Lens, "health(address,uint256[])", new AbiWriter().Word(exchange.Perps).StaticArray(ids, Word), block), 5,
        (ref AbiReader row) => new Health(row.ReadBool(), row.ReadBool(), row.ReadInt256(), row.ReadUInt256(), row.ReadUInt256()));

    public async Task<IReadOnlyList<Close>> ClosesAsync(IReadOnlyList<(UInt256 Id, uint Market)> pairs, ulong block) => Rows(
        await CallAsync(exchange.Lens, "closes(address,uint256[],uint32[])", new AbiWriter().Word(exchange.Perps)
            .StaticArray(pairs.Select(pair => pair.Id).ToArray(), Word).StaticArray(pairs.Select(pair => (UInt256)pair.Market).ToArray(), Word), block), 3,
        (ref AbiReader row) => new Close(row.ReadBool(), row.ReadBool(), row.ReadUInt256()));

    public async Task<Books> BooksAsync(ulong block)
    {
        var words = new List<UInt256>();
        foreach (var getter in (string[])["totalQuote()", "pool()", "insuranceFund()", "cash()"])
        {
            words.Add(UInt256.ReadBigEndian((await CallAsync(exchange.Perps, getter, new(), block)).Span));
        }
        return new(Int256.FromBits(words[0]), Int256.FromBits(words[1]), words[2], words[3]);
    }

    public async Task<Market> MarketAsync(uint market, ulong block)
    {
        var row = new AbiReader((await CallAsync(exchange.Perps, "getMarket(uint32)", new AbiWriter().Word((UInt256)market), block)).Span);
        for (var skipped = 0; skipped < 4; skipped++) row.ReadUInt256();
        return new(row.ReadInt256(), row.ReadUInt64(), row.ReadInt256(), row.ReadInt256(), row.ReadUInt256(), row.ReadUInt256());
    }

    private delegate T RowReader<out T>(ref AbiReader row);

    private static List<T> Rows<T>(ReadOnlyMemory<byte> answer, int words, RowReader<T> read)
    {
        var rows = new List<T>();
        var reader = new AbiReader(answer.Span).ReadOffset();
        for (var left = reader.ReadLength(32 * words); left > 0; left--) rows.Add(read(ref reader));
        reader.RequireEnd();
        return rows;
    }

    private static void Word(AbiWriter to, UInt256 value) => to.Word(value);

    private async Task<ReadOnlyMemory<byte>> CallAsync(Address to, string signature, AbiWriter arguments, ulong block)
    {
        var answers = await client.CallAsync([new CallRequest(to, arguments.ToCall(Keccak.Selector(signature)))], BlockId.At(block), CancellationToken.None);
        return answers[0] is CallResult.Returned returned ? returned.Data : throw new InvalidOperationException($"{signature}: {answers[0]}");
    }
}
