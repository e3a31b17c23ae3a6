using Keeper.Core.Chain.Abi;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.AaveV3;

/// <summary>
/// Revert data into words, classified. From 3.4 on the pool has errors, before it numbers (Errors.sol). Selectors are the first four bytes of keccak-256 of the signatures beside
/// them, which a test recomputes.
/// </summary>
internal static class Errors
{
    private static readonly ErrorTable Table = new(
        [
            (0x930bb771, "HealthFactorNotBelowThreshold()"),
            (0x979b5ce8, "CollateralCannotBeLiquidated()"),
            (0x3653732b, "SpecifiedCurrencyNotBorrowedByUser()"),
            (0xb629b0e4, "MustNotLeaveDust()"),
            (0x44511af1, "SelfLiquidation()"),
            (0x90cd6f24, "ReserveInactive()"),
            (0xd37f5f1c, "ReservePaused()"),
            (0x91037009, "PriceOracleSentinelCheckFailed()"),
            (0x9e3e6060, "LiquidationGraceSentinelCheckFailed()"),
            (0xccfad018, "InvalidMintAmount()"),
            (0x2075cc10, "InvalidBurnAmount()"),
            (0x2c5211c6, "InvalidAmount()"),
            (0x47bc4b2c, "NotEnoughAvailableUserBalance()"),
            (0x580f2f14, "FlashloanDisabled()"),
            (0xfb37391e, "InvalidFlashloanExecutorReturn()"),
            (0xb77e1e0f, "AssetNotListed()"),
            (0x4e487b71, "Panic(uint256)"),
            (0x08c379a0, "Error(string)"),
        ],
        // Somebody was first, or the account recovered.
        new HashSet<uint> { 0x930bb771, 0x979b5ce8, 0x3653732b },
        // Nothing to borrow; and texts, which are those of tokens: a loan that is not paid back ends in what the token says to being drawn on.
        cannotPay: new HashSet<uint> { 0x47bc4b2c, 0x580f2f14, ErrorTable.ErrorString });

    /// <summary>The numbers that a call may end with, up to 3.3.</summary>
    private static readonly Dictionary<string, (string Name, bool NoLongerNeeded, bool CannotPay)> Numbers = new()
    {
        ["27"] = ("RESERVE_INACTIVE", false, false),
        ["29"] = ("RESERVE_PAUSED", false, false),
        ["45"] = ("HEALTH_FACTOR_NOT_BELOW_THRESHOLD", true, false),
        ["46"] = ("COLLATERAL_CANNOT_BE_LIQUIDATED", true, false),
        ["47"] = ("SPECIFIED_CURRENCY_NOT_BORROWED_BY_USER", true, false),
        ["59"] = ("PRICE_ORACLE_SENTINEL_CHECK_FAILED", false, false),
        ["91"] = ("FLASHLOAN_DISABLED", false, true),
    };

    public static IReadOnlyList<(uint Selector, string Signature)> All => Table.All;

    public static CallFailure Explain(ReadOnlySpan<byte> revertData)
    {
        if (Number(revertData) is { } number && Numbers.TryGetValue(number, out var known)) return new(known.NoLongerNeeded, $"{known.Name} ({number})") { CannotPay = known.CannotPay };
        return Table.Explain(revertData);
    }

    /// <summary>The text of an <c>Error(string)</c> that is a number; null where it is anything else.</summary>
    private static string? Number(ReadOnlySpan<byte> revertData)
    {
        if (revertData.Length != 4 + 3 * 32 || System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(revertData) != ErrorTable.ErrorString) return null;
        try
        {
            var text = new AbiReader(revertData[4..]).ReadOffset().ReadBytes();
            return text.Length is 1 or 2 && text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 ? System.Text.Encoding.ASCII.GetString(text) : null;
        }
        catch (AbiException)
        {
            return null;
        }
    }
}
