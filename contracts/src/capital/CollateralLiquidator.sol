// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILiquidationExecutor} from "../executor/ILiquidationExecutor.sol";
import {IERC20} from "../token/IERC20.sol";
import {SafeToken} from "../token/SafeToken.sol";
import {IAaveFlashReceiver, IAaveOracle, IAavePool} from "./IAave.sol";
import {ICollateralLiquidator} from "./ICollateralLiquidator.sol";
import {IMorpho, IMorphoLiquidateCallback, IMorphoOracle} from "./IMorpho.sol";
import {ISwapper} from "./ISwapper.sol";

/// @title Liquidations that must be paid for
contract CollateralLiquidator is ICollateralLiquidator, IAaveFlashReceiver, IMorphoLiquidateCallback {
    using SafeToken for address;

    uint256 private constant PPM = 1_000_000;
    uint256 private constant MORPHO_PRICE_SCALE = 1e36;
    uint256 private constant MAX_REASON = 128;
    uint8 private constant FLASH = 0;
    uint8 private constant OWN_OR_HOLD = 2;

    /// @notice One liquidation, as the callbacks get it back.
    struct Job {
        address venue;
        bytes32 market;
        address collateral;
        address debt;
        address borrower;
        uint256 collateralBefore;
    }

    address public immutable executor;
    /// @notice The executor's.
    address public immutable treasury;
    address public owner;
    address public pendingOwner;
    mapping(address venue => mapping(bytes32 market => bool)) public isMarketAllowed;
    mapping(address swapper => bool) public isSwapperAllowed;
    mapping(address venue => mapping(bytes32 market => mapping(address token => Budget))) public budgetOf;
    mapping(address from => mapping(address to => uint256 ppm)) private slippage;

    bool private transient entered;
    /// @notice Who may call back, once, and the hash of what it must hand on.
    address private transient expectedCaller;
    bytes32 private transient expectedArguments;
    /// @notice What own funds pay for collateral that was not sold; 0 where it was.
    uint256 private transient bought;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    modifier onlyExecutorOnce() {
        if (msg.sender != executor) revert NotExecutor();
        if (entered) revert Reentered();
        entered = true;
        bought = 0;
        _;
        entered = false;
    }

    constructor(address owner_, address executor_, uint256 maxSlippagePpm) {
        if (owner_ == address(0)) revert ZeroAddress();
        owner = owner_;
        executor = executor_;
        treasury = ILiquidationExecutor(executor_).treasury();
        emit OwnershipTransferred(address(0), owner_);
        storeSlippage(address(0), address(0), maxSlippagePpm);
    }

    // ------------------------------------------------------------------------------------------------------- calls

    function liquidateAave(
        address pool,
        address collateral,
        address debt,
        address borrower,
        uint256 debtToCover,
        Terms calldata terms
    ) external onlyExecutorOnce returns (uint256 profit) {
        Job memory job = open(pool, 0, collateral, debt, borrower, terms);
        uint256 before = balanceOf(debt);
        if (terms.funding == FLASH) {
            bytes memory arguments = abi.encode(job, debtToCover, terms);
            expect(pool, arguments);
            IAavePool(pool).flashLoanSimple(address(this), debt, debtToCover, arguments, 0);
            expectedCaller = address(0);
        } else {
            requireBudget(job, debtToCover);
            liquidateOn(job, debtToCover, terms);
        }
        debt.allow(pool, 0);
        profit = settle(job, before, terms.minProfit);
    }

    function liquidateMorpho(
        address morpho,
        IMorpho.MarketParams calldata market,
        address borrower,
        uint256 seizedAssets,
        uint256 repaidShares,
        Terms calldata terms
    ) external onlyExecutorOnce returns (uint256 profit) {
        Job memory job = open(
            morpho, keccak256(abi.encode(market)), market.collateralToken, market.loanToken, borrower, terms
        );
        uint256 before = balanceOf(job.debt);
        bytes memory arguments = abi.encode(job, market.oracle, terms);
        expect(morpho, arguments);
        IMorpho(morpho).liquidate(market, borrower, seizedAssets, repaidShares, arguments);
        expectedCaller = address(0);
        job.debt.allow(morpho, 0);
        profit = settle(job, before, terms.minProfit);
    }

    /// @notice The pool's, within liquidateAave: what was borrowed is here, and is taken back with the premium afterwards.
    function executeOperation(address asset, uint256 amount, uint256 premium, address initiator, bytes calldata params)
        external
        returns (bool)
    {
        requireExpected(params);
        (Job memory job, uint256 debtToCover, Terms memory terms) = abi.decode(params, (Job, uint256, Terms));
        if (initiator != address(this) || asset != job.debt || amount != debtToCover) {
            revert UnexpectedCallback(msg.sender);
        }
        liquidateOn(job, debtToCover, terms);
        job.debt.allow(msg.sender, amount + premium);
        return true;
    }

    /// @notice Morpho's, within liquidateMorpho: the collateral is here, the debt is taken afterwards. Own funds come this
    /// way too, since only here it is known how much is taken.
    function onMorphoLiquidate(uint256 repaidAssets, bytes calldata data) external {
        requireExpected(data);
        (Job memory job, address oracle, Terms memory terms) = abi.decode(data, (Job, address, Terms));
        if (terms.funding != FLASH) requireBudget(job, repaidAssets);
        uint256 seized = balanceOf(job.collateral) - job.collateralBefore;
        if (job.collateral != job.debt) {
            sell(job, seized, seized * IMorphoOracle(oracle).price() / MORPHO_PRICE_SCALE, terms);
        }
        job.debt.allow(msg.sender, repaidAssets);
    }

    // ------------------------------------------------------------------------------------------------------- parts

    function open(
        address venue,
        bytes32 market,
        address collateral,
        address debt,
        address borrower,
        Terms calldata terms
    ) private view returns (Job memory) {
        if (!isMarketAllowed[venue][market]) revert MarketNotAllowed(venue, market);
        if (terms.funding > OWN_OR_HOLD) revert UnknownFunding(terms.funding);
        if (terms.swapper != address(0) && !isSwapperAllowed[terms.swapper]) revert SwapperNotAllowed(terms.swapper);
        return Job(venue, market, collateral, debt, borrower, balanceOf(collateral));
    }

    function expect(address caller, bytes memory arguments) private {
        expectedCaller = caller;
        expectedArguments = keccak256(arguments);
    }

    function requireExpected(bytes calldata arguments) private {
        if (msg.sender != expectedCaller || keccak256(arguments) != expectedArguments) {
            revert UnexpectedCallback(msg.sender);
        }
        expectedCaller = address(0);
    }

    function liquidateOn(Job memory job, uint256 debtToCover, Terms memory terms) private {
        IAavePool pool = IAavePool(job.venue);
        job.debt.allow(job.venue, debtToCover);
        pool.liquidationCall(job.collateral, job.debt, job.borrower, debtToCover, false);
        if (job.collateral == job.debt) return;
        uint256 seized = balanceOf(job.collateral) - job.collateralBefore;
        sell(job, seized, valueOn(pool, job, seized), terms);
    }

    /// @notice In the debt's token, at the pool's own prices.
    function valueOn(IAavePool pool, Job memory job, uint256 seized) private view returns (uint256) {
        IAaveOracle oracle = pool.ADDRESSES_PROVIDER().getPriceOracle();
        return seized * oracle.getAssetPrice(job.collateral) * 10 ** decimalsOn(pool, job.debt)
            / (oracle.getAssetPrice(job.debt) * 10 ** decimalsOn(pool, job.collateral));
    }

    function decimalsOn(IAavePool pool, address asset) private view returns (uint256) {
        return (pool.getConfiguration(asset) >> 48) & 0xff;
    }

    /// @notice Sells what was seized for no less than its value at the protocol's prices less the slippage, or, where the
    /// terms and the owner's budget say so, has own funds buy it for just that.
    function sell(Job memory job, uint256 seized, uint256 value, Terms memory terms) private {
        uint256 least = value * (PPM - maxSlippageOf(job.collateral, job.debt)) / PPM;
        bool mayHold = terms.funding == OWN_OR_HOLD && budgetOf[job.venue][job.market][job.debt].mayHold;
        if (terms.swapper == address(0)) {
            if (!mayHold) revert NoSwapper(job.collateral, job.debt);
        } else {
            uint256 before = balanceOf(job.debt);
            job.collateral.allow(terms.swapper, seized);
            (bool ok, bytes memory reason) = boundedCall(
                terms.swapper, abi.encodeCall(ISwapper.swap, (job.collateral, job.debt, seized, least, terms.route))
            );
            job.collateral.allow(terms.swapper, 0);
            if (ok) {
                uint256 proceeds = balanceOf(job.debt) - before;
                if (proceeds < least) revert ProceedsBelowBound(proceeds, least);
                return;
            }
            if (!mayHold) revert SwapFailed(terms.swapper, reason);
        }
        hold(job, seized, least);
    }

    function hold(Job memory job, uint256 seized, uint256 price) private {
        requireBudget(job, price);
        budgetOf[job.venue][job.market][job.debt].held += uint120(price);
        bought = price;
        emit Held(job.venue, job.market, job.collateral, seized, price);
    }

    function requireBudget(Job memory job, uint256 amount) private view {
        Budget storage budget = budgetOf[job.venue][job.market][job.debt];
        uint256 left = budget.cap > budget.held ? budget.cap - budget.held : 0;
        if (amount > left) revert OverBudget(amount, left);
    }

    /// @notice What came in, or what own funds give for collateral, less what went out: to the executor. So own funds never
    /// shrink but by what they buy.
    function settle(Job memory job, uint256 before, uint256 minProfit) private returns (uint256 profit) {
        int256 earned = int256(balanceOf(job.debt)) + int256(bought) - int256(before);
        if (earned < 0 || uint256(earned) < minProfit) revert ProfitBelowMinimum(earned, minProfit);
        profit = uint256(earned);
        if (profit != 0) job.debt.send(executor, profit);
        if (bought == 0 && job.collateral != job.debt) {
            uint256 rest = balanceOf(job.collateral) - job.collateralBefore;
            if (rest != 0) job.collateral.send(executor, rest);
        }
        emit Liquidated(job.venue, job.market, job.borrower, job.debt, profit);
    }

    function balanceOf(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }

    /// @notice Copies at most MAX_REASON bytes back, and only of a revert.
    function boundedCall(address target, bytes memory data) private returns (bool ok, bytes memory reason) {
        uint256 max = MAX_REASON;
        assembly ("memory-safe") {
            ok := call(gas(), target, 0, add(data, 0x20), mload(data), 0, 0)
            let size := returndatasize()
            if gt(size, max) { size := max }
            if ok { size := 0 }
            reason := mload(0x40)
            mstore(0x40, add(reason, and(add(size, 0x3f), not(0x1f))))
            mstore(reason, size)
            returndatacopy(add(reason, 0x20), 0, size)
        }
    }

    // ------------------------------------------------------------------------------------------------------- owner

    function sweep(address token) external onlyOwner returns (uint256 amount) {
        if (entered) revert Reentered();
        amount = balanceOf(token);
        if (amount != 0) token.send(treasury, amount);
        emit Swept(token, amount);
    }

    function allowMarket(address venue, bytes32 market, bool allowed) external onlyOwner {
        if (allowed && venue.code.length == 0) revert NotAContract(venue);
        isMarketAllowed[venue][market] = allowed;
        emit MarketAllowed(venue, market, allowed);
    }

    function allowSwapper(address swapper, bool allowed) external onlyOwner {
        if (allowed && swapper.code.length == 0) revert NotAContract(swapper);
        isSwapperAllowed[swapper] = allowed;
        emit SwapperAllowed(swapper, allowed);
    }

    function setMaxSlippage(address from, address to, uint256 ppm) external onlyOwner {
        storeSlippage(from, to, ppm);
    }

    function setBudget(address venue, bytes32 market, address token, uint120 cap, bool mayHold) external onlyOwner {
        budgetOf[venue][market][token] = Budget(cap, 0, mayHold);
        emit BudgetSet(venue, market, token, cap, mayHold);
    }

    function transferOwnership(address to) external onlyOwner {
        pendingOwner = to;
        emit OwnershipTransferStarted(owner, to);
    }

    function acceptOwnership() external {
        if (msg.sender != pendingOwner) revert NotOwner();
        emit OwnershipTransferred(owner, msg.sender);
        owner = msg.sender;
        pendingOwner = address(0);
    }

    function maxSlippageOf(address from, address to) public view returns (uint256 ppm) {
        ppm = slippage[from][to];
        if (ppm == 0) ppm = slippage[address(0)][address(0)];
    }

    function storeSlippage(address from, address to, uint256 ppm) private {
        if (ppm > PPM) revert SlippageTooLarge(ppm);
        slippage[from][to] = ppm;
        emit MaxSlippageSet(from, to, ppm);
    }
}
