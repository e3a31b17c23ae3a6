using Keeper.Core.Primitives;

namespace Keeper.Protocols.MorphoBlue;

/// <summary>
/// First topics of the logs that change the mirrored state, or tell who liquidated: keccak-256 of the signatures beside them, which a test recomputes. Morpho's own are
/// declared in <c>libraries/EventsLib.sol</c>, so that they stand in no ABI.
/// </summary>
internal static class Topics
{
    public static readonly Hash32 CreateMarket = Hash32.Parse("0xac4b2400f169220b0c0afdde7a0b32e775ba727ea1cb30b35f935cdaab8683ac");
    public static readonly Hash32 Supply = Hash32.Parse("0xedf8870433c83823eb071d3df1caa8d008f12f6440918c20d75a3602cda30fe0");
    public static readonly Hash32 Withdraw = Hash32.Parse("0xa56fc0ad5702ec05ce63666221f796fb62437c32db1aa1aa075fc6484cf58fbf");
    public static readonly Hash32 Borrow = Hash32.Parse("0x570954540bed6b1304a87dfe815a5eda4a648f7097a16240dcd85c9b5fd42a43");
    public static readonly Hash32 Repay = Hash32.Parse("0x52acb05cebbd3cd39715469f22afbf5a17496295ef3bc9bb5944056c63ccaa09");
    public static readonly Hash32 SupplyCollateral = Hash32.Parse("0xa3b9472a1399e17e123f3c2e6586c23e504184d504de59cdaa2b375e880c6184");
    public static readonly Hash32 WithdrawCollateral = Hash32.Parse("0xe80ebd7cc9223d7382aab2e0d1d6155c65651f83d53c8b9b06901d167e321142");
    public static readonly Hash32 Liquidate = Hash32.Parse("0xa4946ede45d0c6f06a0f5ce92c9ad3b4751452d2fe0e25010783bcab57a67e41");
    public static readonly Hash32 AccrueInterest = Hash32.Parse("0x9d9bd501d0657d7dfe415f779a620a62b78bc508ddc0891fbbd8b7ac0f8fce87");
    public static readonly Hash32 SetFee = Hash32.Parse("0x139d6f58e9a127229667c8e3b36e88890a66cfc8ab1024ddc513e189e125b75b");

    /// <summary>Of the AdaptiveCurveIRM, before the <c>AccrueInterest</c> of the same call.</summary>
    public static readonly Hash32 BorrowRateUpdate = Hash32.Parse("0x7120161a7b3d31251e01294ab351ef15a41b91659a36032e4641bb89b121e321");

    /// <summary>Each topic with what it is the hash of.</summary>
    public static readonly IReadOnlyList<(Hash32 Topic, string Signature)> All =
    [
        (CreateMarket, "CreateMarket(bytes32,(address,address,address,address,uint256))"),
        (Supply, "Supply(bytes32,address,address,uint256,uint256)"),
        (Withdraw, "Withdraw(bytes32,address,address,address,uint256,uint256)"),
        (Borrow, "Borrow(bytes32,address,address,address,uint256,uint256)"),
        (Repay, "Repay(bytes32,address,address,uint256,uint256)"),
        (SupplyCollateral, "SupplyCollateral(bytes32,address,address,uint256)"),
        (WithdrawCollateral, "WithdrawCollateral(bytes32,address,address,address,uint256)"),
        (Liquidate, "Liquidate(bytes32,address,address,uint256,uint256,uint256,uint256,uint256)"),
        (AccrueInterest, "AccrueInterest(bytes32,uint256,uint256,uint256)"),
        (SetFee, "SetFee(bytes32,uint256)"),
        (BorrowRateUpdate, "BorrowRateUpdate(bytes32,uint256,uint256)"),
    ];
}
