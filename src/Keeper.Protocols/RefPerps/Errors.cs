using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>Revert data into words, classified. Selectors are the first four bytes of keccak-256 of the signatures beside them, which a test recomputes.</summary>
internal static class Errors
{
    private static readonly ErrorTable Table = new(
        [
            (0xe5921c74, "NotLiquidatable(uint256,int256,uint256)"),
            (0xf5f5971f, "NoPosition(uint256,uint32)"),
            (0xe8f9ec5d, "NoBadDebt(uint256)"),
            (0xb4256a44, "OracleStale(uint32,uint256)"),
            (0x5c724dfa, "OracleInvalid(uint32,int256,uint256)"),
            (0x97cb11b6, "SequencerDown(uint32)"),
            (0x39c8b476, "NotMinimal(uint256,uint256)"),
            (0xcf4ec7d6, "UnknownAccount(uint256)"),
            (0xcaabda11, "UnknownMarket(uint32)"),
            (0xb5dfd9e5, "Reentered()"),
            (0x90b8ec18, "TransferFailed()"),
            (0xfecb69b4, "TokenCallFailed(address)"),
            (0x06250401, "AmountTooLarge()"),
            (ErrorTable.Panic, "Panic(uint256)"),
            (ErrorTable.ErrorString, "Error(string)"),
        ],
        new HashSet<uint> { 0xe5921c74, 0xf5f5971f, 0xe8f9ec5d });

    public static IReadOnlyList<(uint Selector, string Signature)> All => Table.All;

    public static CallFailure Explain(ReadOnlySpan<byte> revertData) => Table.Explain(revertData);
}
