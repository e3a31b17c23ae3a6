// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMorpho} from "./IMorpho.sol";

/// @title Liquidations that must be paid for
/// @notice Called by the executor alone. Takes the money (a loan within the transaction, or own funds within a budget),
/// liquidates, sells the collateral, pays back, and leaves the executor the rest in the debt's token. The owner (cold) says
/// which markets, which swappers, how far below the protocol's own price a sale may be, and how much of the own funds.
interface ICollateralLiquidator {
    /// @param funding 0 a loan, 1 own funds, 2 own funds, which buy the collateral at the bound where no sale reaches it.
    /// @param swapper 0 where collateral and debt are one token, or where funding 2 is to buy.
    /// @param minProfit in the debt's token.
    struct Terms {
        uint8 funding;
        address swapper;
        bytes route;
        uint256 minProfit;
    }

    /// @param cap the most of the token that may be in use, what is held included.
    /// @param held what collateral was bought for since the budget was set.
    struct Budget {
        uint120 cap;
        uint120 held;
        bool mayHold;
    }

    event Liquidated(
        address indexed venue, bytes32 indexed market, address indexed borrower, address debt, uint256 profit
    );
    event Held(address indexed venue, bytes32 indexed market, address collateral, uint256 amount, uint256 paid);
    event MarketAllowed(address indexed venue, bytes32 indexed market, bool allowed);
    event SwapperAllowed(address indexed swapper, bool allowed);
    event MaxSlippageSet(address indexed from, address indexed to, uint256 ppm);
    event BudgetSet(address indexed venue, bytes32 indexed market, address indexed token, uint120 cap, bool mayHold);
    event Swept(address indexed token, uint256 amount);
    event OwnershipTransferStarted(address indexed owner, address indexed pendingOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    error NotOwner();
    error NotExecutor();
    error ZeroAddress();
    error NotAContract(address account);
    error Reentered();
    error SlippageTooLarge(uint256 ppm);
    error MarketNotAllowed(address venue, bytes32 market);
    error SwapperNotAllowed(address swapper);
    error UnknownFunding(uint8 funding);
    error NoSwapper(address collateral, address debt);
    error UnexpectedCallback(address caller);
    error OverBudget(uint256 wanted, uint256 left);
    /// @notice `reason` is what the swapper reverted with, at most 128 bytes of it.
    error SwapFailed(address swapper, bytes reason);
    error ProceedsBelowBound(uint256 proceeds, uint256 least);
    error ProfitBelowMinimum(int256 profit, uint256 minProfit);

    /// @notice Executor only. What the pool reverts with passes through as it is.
    /// @param debtToCover all of it is borrowed or taken from own funds: no more than the pool lets be covered.
    /// @return profit in the debt's token, sent to the executor.
    function liquidateAave(
        address pool,
        address collateral,
        address debt,
        address borrower,
        uint256 debtToCover,
        Terms calldata terms
    ) external returns (uint256 profit);

    /// @notice Executor only. What Morpho reverts with passes through as it is. Exactly one of the two amounts is not zero.
    /// @return profit in the loan token, sent to the executor.
    function liquidateMorpho(
        address morpho,
        IMorpho.MarketParams calldata market,
        address borrower,
        uint256 seizedAssets,
        uint256 repaidShares,
        Terms calldata terms
    ) external returns (uint256 profit);

    /// @notice Owner only, as is all below. The whole balance goes to the treasury.
    function sweep(address token) external returns (uint256 amount);

    /// @param market 0 for an Aave pool; the market's id, the hash of its five parameters, for Morpho.
    function allowMarket(address venue, bytes32 market, bool allowed) external;

    function allowSwapper(address swapper, bool allowed) external;

    /// @notice How far below the protocol's own price a sale may be, in millionths. Both tokens 0: of every pair that has
    /// none of its own; 0 takes a pair's own away.
    function setMaxSlippage(address from, address to, uint256 ppm) external;

    /// @notice Sets the budget anew: what was held counts no more.
    function setBudget(address venue, bytes32 market, address token, uint120 cap, bool mayHold) external;

    function transferOwnership(address to) external;

    function acceptOwnership() external;

    function owner() external view returns (address);

    function pendingOwner() external view returns (address);

    function executor() external view returns (address);

    function treasury() external view returns (address);

    function isMarketAllowed(address venue, bytes32 market) external view returns (bool);

    function isSwapperAllowed(address swapper) external view returns (bool);

    /// @return ppm what holds for the pair: its own, or that of all.
    function maxSlippageOf(address from, address to) external view returns (uint256 ppm);

    function budgetOf(address venue, bytes32 market, address token)
        external
        view
        returns (uint120 cap, uint120 held, bool mayHold);
}
