using Keeper.Chain.Native.Crypto;

namespace Keeper.Host.Demo;

/// <summary>Functions and events that the demo's set-up and judge use, by their signatures in contracts/src.</summary>
internal static class Signatures
{
    public static readonly uint Mint = Keccak.Selector("mint(address,uint256)");
    public static readonly uint Approve = Keccak.Selector("approve(address,uint256)");
    public static readonly uint BalanceOf = Keccak.Selector("balanceOf(address)");
    public static readonly uint Transmit = Keccak.Selector("transmit(int192)");
    public static readonly uint DepositPool = Keccak.Selector("depositPool(uint256)");
    public static readonly uint DepositInsurance = Keccak.Selector("depositInsurance(uint256)");
    public static readonly uint ListMarket = Keccak.Selector(
        "listMarket(bytes32,(address,uint32,uint64,uint128,uint128,uint128,uint128,uint64,uint32,uint32,uint32,uint32,uint32,uint8),(uint128,uint32)[],(uint128,uint32)[])");
    public static readonly uint Seed = Keccak.Selector("seed((uint8,uint32,uint256,(uint32,int256)[])[])");
    public static readonly uint LensLiquidatable = Keccak.Selector("liquidatable(address,uint256,uint256)");
    public static readonly uint AllowTarget = Keccak.Selector("allowTarget(address,bytes4,bool)");
    public static readonly uint AllowToken = Keccak.Selector("allowToken(address,bool)");
    public static readonly uint AccountCount = Keccak.Selector("accountCount()");

    public static readonly Core.Primitives.Hash32 PositionLiquidated =
        Keccak.Topic("PositionLiquidated(uint256,uint32,address,uint256,int256,uint256,uint256,uint256,int256,bool)");
}
