using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary><c>IMorpho.MarketParams</c>: what a market is, for ever. Its id is the hash of the five words.</summary>
/// <param name="Oracle">Its <c>price()</c> is what one unit of collateral is worth in units of the loan token, at 1e36.</param>
/// <param name="Irm">Zero where nothing accrues.</param>
/// <param name="Lltv">What may be borrowed of the collateral's worth, at 1e18.</param>
internal sealed record MarketParams(Address LoanToken, Address CollateralToken, Address Oracle, Address Irm, UInt256 Lltv)
{
    public const int Words = 5;

    public static MarketParams Read(ref AbiReader data) => new(data.ReadAddress(), data.ReadAddress(), data.ReadAddress(), data.ReadAddress(), data.ReadUInt256());

    /// <summary>What <c>idToMarketParams</c> returns of an id that no market has.</summary>
    public bool IsNone => LoanToken.IsZero && CollateralToken.IsZero && Oracle.IsZero && Irm.IsZero && Lltv.IsZero;

    public AbiWriter Write(AbiWriter to) => to.Word(LoanToken).Word(CollateralToken).Word(Oracle).Word(Irm).Word(Lltv);

    public Hash32 Id(Keccak256 hash) => hash(Write(new()).ToArray());
}
