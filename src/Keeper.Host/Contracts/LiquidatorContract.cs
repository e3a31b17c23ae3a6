using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <summary>The owner's side of <c>contracts/src/capital/ICollateralLiquidator.sol</c>. Answers are read strictly.</summary>
internal static class LiquidatorContract
{
    private const uint Executor = 0xc34c08e5, Treasury = 0x61d027b3, Owner = 0x8da5cb5b;
    private const uint IsMarketAllowed = 0x21c68dd7, IsSwapperAllowed = 0x6d546e47, MaxSlippageOf = 0x7917654a, BudgetOf = 0xc399b946;
    private const uint AllowMarketSelector = 0x632e39fa, AllowSwapperSelector = 0x05b61ae3, SweepSelector = 0x01681a62, SetMaxSlippageSelector = 0xb353b113, SetBudgetSelector = 0x6fa8bff4;
    private const uint DecimalsSelector = 0x313ce567;

    /// <summary>Selectors and signatures, for the test that recomputes them.</summary>
    public static IReadOnlyList<(uint Selector, string Signature)> All =>
    [
        (Executor, "executor()"), (Treasury, "treasury()"), (Owner, "owner()"),
        (IsMarketAllowed, "isMarketAllowed(address,bytes32)"), (IsSwapperAllowed, "isSwapperAllowed(address)"), (MaxSlippageOf, "maxSlippageOf(address,address)"), (BudgetOf, "budgetOf(address,bytes32,address)"),
        (AllowMarketSelector, "allowMarket(address,bytes32,bool)"), (AllowSwapperSelector, "allowSwapper(address,bool)"), (SweepSelector, "sweep(address)"),
        (SetMaxSlippageSelector, "setMaxSlippage(address,address,uint256)"), (SetBudgetSelector, "setBudget(address,bytes32,address,uint120,bool)"), (DecimalsSelector, "decimals()"),
    ];

    public static byte[] DeployData(Address owner, Address executor, uint maxSlippagePpm) =>
        Artifact.Load(Artifact.LiquidatorName).DeployData(new AbiWriter().Word(owner).Word(executor).Word(maxSlippagePpm).ToArray());

    /// <param name="hasDeadline">SwapRouter takes one, SwapRouter02 none.</param>
    public static byte[] DeploySwapperData(Address router, bool hasDeadline) =>
        Artifact.Load(Artifact.UniswapV3SwapperName).DeployData(new AbiWriter().Word(router).Word(hasDeadline).ToArray());

    public static byte[] AllowMarket(Address venue, Hash32 market) => new AbiWriter().Word(venue).Word(market).Word(true).ToCall(AllowMarketSelector);
    public static byte[] AllowSwapper(Address swapper) => new AbiWriter().Word(swapper).Word(true).ToCall(AllowSwapperSelector);

    public static byte[] SetMaxSlippage(Address from, Address to, uint ppm) => new AbiWriter().Word(from).Word(to).Word(ppm).ToCall(SetMaxSlippageSelector);

    /// <param name="cap">In the token's smallest unit, below 2^120. What is held counts no more.</param>
    public static byte[] SetBudget(LiquidatorBudget budget, UInt256 cap) =>
        new AbiWriter().Word(budget.Venue).Word(budget.Market).Word(budget.Token).Word(cap).Word(budget.MayHold).ToCall(SetBudgetSelector);

    /// <summary>Of a token.</summary>
    public static byte[] AskDecimals() => new AbiWriter().ToCall(DecimalsSelector);

    /// <summary>Of the liquidator, and of the executor, which has the same function.</summary>
    public static byte[] Sweep(Address token) => new AbiWriter().Word(token).ToCall(SweepSelector);

    /// <exception cref="AbiException">The contract does not answer as a liquidator does.</exception>
    public static async Task<LiquidatorState> ReadAsync(
        IChainClient client, Address liquidator, IReadOnlyList<LiquidatorGrant> grants, IReadOnlyList<(Address From, Address To)> pairs, BlockId at, CancellationToken cancellation)
    {
        CallRequest[] calls =
        [
            Ask(new AbiWriter(), Executor), Ask(new AbiWriter(), Treasury), Ask(new AbiWriter(), Owner),
            .. grants.Select(grant => grant switch
            {
                LiquidatorGrant.Market(var venue, var id) => Ask(new AbiWriter().Word(venue).Word(id), IsMarketAllowed),
                LiquidatorGrant.Swapper(var address) => Ask(new AbiWriter().Word(address), IsSwapperAllowed),
                _ => throw new InvalidOperationException("There is no other grant."),
            }),
            .. pairs.Select(pair => Ask(new AbiWriter().Word(pair.From).Word(pair.To), MaxSlippageOf)),
        ];
        var words = (await client.CallAsync(calls, at, cancellation)).Select(WordOf).ToArray();
        return new(
            AbiReader.ToAddress(words[0]), AbiReader.ToAddress(words[1]), AbiReader.ToAddress(words[2]),
            [.. words.Skip(3).Take(grants.Count).Select(word => word.BitLength <= 1 ? word == UInt256.One : throw new AbiException("A bool is neither 0 nor 1."))],
            [.. words.Skip(3 + grants.Count).Select(word => word <= 1_000_000UL ? (uint)(ulong)word : throw new AbiException("A slippage is above one."))]);

        CallRequest Ask(AbiWriter arguments, uint selector) => new(liquidator, arguments.ToCall(selector));
    }

    /// <summary>What is given of each budget.</summary>
    /// <exception cref="AbiException">The contract does not answer as a liquidator does.</exception>
    public static async Task<IReadOnlyList<Given>> ReadBudgetsAsync(IChainClient client, Address liquidator, IReadOnlyList<LiquidatorBudget> budgets, BlockId at, CancellationToken cancellation)
    {
        var calls = budgets.Select(budget => new CallRequest(liquidator, new AbiWriter().Word(budget.Venue).Word(budget.Market).Word(budget.Token).ToCall(BudgetOf))).ToArray();
        return calls.Length == 0 ? [] : [.. (await client.CallAsync(calls, at, cancellation)).Select(GivenBy)];
    }

    /// <summary>A budget as the liquidator has it.</summary>
    /// <param name="Cap">In the token's smallest unit, as <paramref name="Held"/>.</param>
    /// <param name="Held">What collateral was bought for since it was set.</param>
    public readonly record struct Given(UInt256 Cap, UInt256 Held, bool MayHold)
    {
        /// <summary>A cap above zero, and leave to hold where that is wanted.</summary>
        public bool Covers(LiquidatorBudget wanted) => !Cap.IsZero && (MayHold || !wanted.MayHold);
    }

    private static Given GivenBy(CallResult answer)
    {
        if (answer is not CallResult.Returned { Data: { Length: 96 } data }) throw new AbiException("An answer is not three words.");
        var reader = new AbiReader(data.Span);
        return new(reader.ReadUInt256(), reader.ReadUInt256(), reader.ReadBool());
    }

    private static UInt256 WordOf(CallResult answer) =>
        answer is CallResult.Returned { Data: { Length: 32 } data } ? new AbiReader(data.Span).ReadUInt256() : throw new AbiException("An answer is not one word.");
}
