namespace Keeper.Benchmarks.Burst;

/// <summary>
/// The fewest transactions and blocks for what liquidations use, however well they are packed: a transaction holds its gas cap less the 21,000 that each costs before it
/// does anything, and a block its gas. That accounts are whole, and that a block takes only what its gas limit fits, is not reckoned with: both can only make it more.
/// </summary>
internal readonly record struct BurstLeast(int Transactions, int Blocks)
{
    /// <summary>Gas of a block, as Ethereum has it since 2025.</summary>
    public const ulong BlockGas = 60_000_000;

    /// <summary>EIP-7825.</summary>
    private const ulong TransactionCap = 16_777_216;

    private const ulong Intrinsic = 21_000;

    /// <param name="gasUsed">Of all transactions together.</param>
    public static BurstLeast Of(ulong gasUsed, int transactions)
    {
        var work = gasUsed - Intrinsic * (ulong)transactions;
        var least = Up(work, TransactionCap - Intrinsic);
        return new((int)least, (int)Up(work + least * Intrinsic, BlockGas));
    }

    private static ulong Up(ulong value, ulong by) => (value + by - 1) / by;
}
