using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// Prices that somebody brought to a Pyth contract. It stores what is newer and tells it in a log: the log is the stored price, its exponent apart, which is read once.
/// </summary>
internal sealed class PythBook(UndoLog undo, OracleRevisions revisions)
{
    private readonly Table<PythKey, PythRow> _prices = new(undo);

    public ref readonly PythRow this[int price] => ref _prices[price];

    public ulong LatestUpdate
    {
        get
        {
            ulong latest = 0;
            for (var price = 0; price < _prices.Count; price++) latest = Math.Max(latest, _prices[price].PublishTime);
            return latest;
        }
    }

    /// <returns>Its row.</returns>
    public int Follow(Address contract, Hash32 id)
    {
        var key = new PythKey(contract, id);
        return _prices.TryFind(key, out var price) ? price : _prices.Put(key, new() { Revision = revisions.Next(changesShape: true) });
    }

    /// <summary>The contracts: each tells of every price that it holds, followed or not.</summary>
    public void AddSources(List<Address> addresses)
    {
        for (var price = 0; price < _prices.Count; price++) if (!addresses.Contains(_prices.KeyAt(price).Contract)) addresses.Add(_prices.KeyAt(price).Contract);
    }

    public void Apply(Log log)
    {
        var e = PriceFeedUpdate.Decode(log);
        if (!_prices.TryFind(new(log.Address, e.Id), out var price) || !_prices[price].Known) return;
        var row = _prices[price];
        if (e.PublishTime > row.PublishTime) Set(price, row with { Price = e.Price, Confidence = e.Confidence, PublishTime = e.PublishTime });
        // The contract stores only what is newer: what says otherwise is not understood, and read.
        else if (e.PublishTime < row.PublishTime || e.Price != row.Price || e.Confidence != row.Confidence) Set(price, row with { Known = false });
    }

    public void AddMissing(List<StateRead> reads)
    {
        for (var price = 0; price < _prices.Count; price++)
        {
            if (_prices[price].Known) continue;
            var key = _prices.KeyAt(price);
            reads.Add(new($"price {key.Id} of Pyth at {key.Contract}", OracleCalls.GetPriceUnsafe(key.Contract, key.Id), answer => ApplyPrice(key, answer)));
        }
    }

    private void ApplyPrice(PythKey key, ReadOnlyMemory<byte> answer)
    {
        var data = Decoding.Open(answer, words: 4);
        var (value, confidence, exponent, publishTime) = ((long)data.ReadInt(64), data.ReadUInt64(), (int)(long)data.ReadInt(32), data.ReadUInt256());
        if (_prices.TryFind(key, out var price)) Set(price, new(0, true, value, confidence, exponent, publishTime.FitsUInt64 ? (ulong)publishTime : ulong.MaxValue));
    }

    private void Set(int price, in PythRow row) => _prices.Set(price, row with { Revision = revisions.Next(changesShape: false) });
}
