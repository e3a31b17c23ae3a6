using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.AaveV3;

/// <summary>
/// The pool's own word on an account: <c>getUserAccountData</c> hangs on everything that decides. It is compared at the prices of the same block, which are asked for beside it: a
/// polled price may be of a block before, and would be told as a difference in every block in which it moved. Prices that logs tell are compared for themselves.
/// </summary>
internal sealed class ContractAudit(AaveState state, Health health, AavePrices prices, Address pool)
{
    private static readonly IReadOnlyList<AuditDifference> Agreed = [];

    public IReadOnlyList<AuditRead> Of(int account, ulong timestamp)
    {
        var user = state.Users.KeyAt(account);
        var view = Calls.UserAccountData(pool, user);
        // What is not judged is not compared either.
        if (state.HasStableDebt(account) || !state.IsRead(account) || state.Globals is not { Profile: not null, Oracle.IsZero: false }) return [new(view, _ => null)];
        var assets = AssetsOf(account);
        if (assets.Count == 0) return [new(view, answer => Compare(new(UInt256.Zero, UInt256.Zero, UInt256.Zero, UInt256.MaxValue, UInt256.Zero), answer))];
        var believed = assets.ConvertAll(asset => state.Prices.TryGet(asset, out var price) && price.Kind == PriceKind.Feed ? prices.Of(asset) : null);
        var expected = Expect(account, timestamp, assets);
        Dictionary<Address, UInt256>? told = null;
        var isRefused = false;
        return
        [
            new(Calls.AssetsPrices(state.Globals.Oracle, assets), answer =>
            {
                told = null;
                isRefused = answer is CallResult.Reverted;
                if (isRefused) return Agreed;
                if (answer is not CallResult.Returned(var bytes) || ReadPrices(bytes, assets) is not { } read) return null;
                told = read;
                return [.. assets.Zip(believed).Where(price => price.Second is { } mine && mine != read[price.First]).Select(price => new AuditDifference($"price of {price.First}", price.Second.ToString()!, read[price.First].ToString()))];
            }),
            new(view, answer => told is not null ? expected(told) is { } data ? Compare(data, answer) : null : isRefused && answer is CallResult.Reverted ? Agreed : null),
        ];
    }

    /// <summary>Captures the account and its reserves as they are: the mirror may have moved on when the prices come.</summary>
    private Func<IReadOnlyDictionary<Address, UInt256>, AccountData?> Expect(int account, ulong timestamp, List<Address> assets)
    {
        var (quotes, snapshot) = (health.Quotes(timestamp).ToArray(), health.Capture(account));
        var rows = assets.Select(asset => state.Reserves.TryFind(asset, out var reserve) ? reserve : -1).ToArray();
        return told =>
        {
            for (var i = 0; i < rows.Length; i++) if (rows[i] >= 0) quotes[rows[i]] = quotes[rows[i]] with { Price = told[assets[i]] };
            try
            {
                return Health.Of(snapshot, quotes, asset => told.TryGetValue(asset, out var price) ? price : null);
            }
            catch (ArithmeticException)
            {
                return null;
            }
        };
    }

    /// <summary>Every asset whose price the view asks for.</summary>
    private List<Address> AssetsOf(int account)
    {
        var assets = new List<Address>();
        for (var at = state.Users[account].First; at != UserRow.None; at = state.Balances[at].Next)
            if (state.Balances[at] is { IsCollateral: true } or { Debt.IsZero: false }) assets.Add(state.Reserves.KeyAt(state.Balances[at].Reserve));
        if (assets.Count > 0 && state.Categories.TryGet(state.Users[account].EMode, out var category) && !category.PriceSource.IsZero) assets.Add(category.PriceSource);
        return assets;
    }

    /// <returns>Null where it is of another number of assets: the account was another one when it was asked about.</returns>
    private static Dictionary<Address, UInt256>? ReadPrices(ReadOnlyMemory<byte> bytes, List<Address> assets)
    {
        var list = new AbiReader(bytes.Span).ReadOffset();
        if (list.ReadLength(32) != assets.Count) return null;
        var told = new Dictionary<Address, UInt256>();
        foreach (var asset in assets) told[asset] = list.ReadUInt256();
        return told;
    }

    private static IReadOnlyList<AuditDifference>? Compare(in AccountData mirrored, CallResult answer)
    {
        if (answer is not CallResult.Returned(var bytes)) return null;
        var data = Decoding.Open(bytes, words: 6);
        var (collateral, debt) = (data.ReadUInt256(), data.ReadUInt256());
        data.ReadUInt256(); // what could be borrowed
        var threshold = data.ReadUInt256();
        data.ReadUInt256(); // loan to value
        var factor = data.ReadUInt256();
        List<AuditDifference>? found = null;
        Add("collateral", mirrored.Collateral, collateral);
        Add("debt", mirrored.Debt, debt);
        Add("liquidation threshold", mirrored.Threshold, threshold);
        Add("health factor", mirrored.HealthFactor, factor);
        return found ?? Agreed;

        void Add(string field, UInt256 mine, UInt256 told)
        {
            if (mine != told) (found ??= []).Add(new(field, mine.ToString(), told.ToString()));
        }
    }
}
