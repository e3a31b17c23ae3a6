using Keeper.Core.Primitives;

namespace Keeper.Core.Chain;

/// <summary>What is particular to one chain: the values of <c>config/chains/&lt;chainId&gt;.json</c>.</summary>
public sealed record ChainProfile
{
    public required ulong ChainId { get; init; }
    public required string Name { get; init; }

    /// <summary>The usual time between blocks.</summary>
    public required TimeSpan BlockTime { get; init; }

    /// <summary>What decides the order within a block, and so what a bid buys.</summary>
    public TransactionOrdering Ordering { get; init; } = TransactionOrdering.PriorityFee;

    /// <summary>What a transaction is charged for.</summary>
    public FeeModel FeeModel { get; init; } = FeeModel.Eip1559;

    /// <summary>Transactions that wait are seen by all, before a block has them.</summary>
    public bool HasPublicMempool { get; init; }

    /// <summary>The most gas one transaction may ask for (EIP-7825: 16,777,216).</summary>
    public Gas TransactionGasCap { get; init; } = new(16_777_216);

    /// <summary>The most blocks that one <c>eth_getLogs</c> asks for.</summary>
    public int MaxLogRange { get; init; } = 2_000;

    /// <summary>What proves that a block's logs are all of them.</summary>
    public LogCompleteness Completeness { get; init; } = LogCompleteness.Agreement;

    /// <summary>Blocks after which one is taken as final where the chain has no finality tag.</summary>
    public int FinalityDepth { get; init; } = 64;

    /// <summary>A contract with the <c>aggregate3</c> of Multicall3, by which many views are one call; null for none.</summary>
    public Address? Multicall { get; init; }

    /// <summary>
    /// What every price and value of this chain's keeper is in, <see cref="Primitives.Usd"/> or not: of the native coin, of what rewards are paid in, the profit asked for, the books. All feeds that
    /// are configured must be quoted in it.
    /// </summary>
    public string Currency { get; init; } = Dollar;

    /// <summary>What is meant where nothing is said.</summary>
    public const string Dollar = "USD";

    /// <summary>A Chainlink-shaped feed of the native coin in <see cref="Currency"/>; null where there is none.</summary>
    public Address? NativePriceFeed { get; init; }

    /// <summary>The age beyond which that feed is not believed.</summary>
    public TimeSpan NativePriceMaxAge { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The price of one native coin that is used when the feed is not believed: high, so that gas is not underrated.</summary>
    public required Usd NativePriceWorstCase { get; init; }
}
