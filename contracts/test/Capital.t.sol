// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICollateralLiquidator} from "../src/capital/ICollateralLiquidator.sol";
import {IMorpho} from "../src/capital/IMorpho.sol";
import {ISwapper} from "../src/capital/ISwapper.sol";
import {ILiquidationExecutor} from "../src/executor/ILiquidationExecutor.sol";
import {HostileToken} from "../src/testing/HostileToken.sol";
import {IERC20} from "../src/token/IERC20.sol";
import {SafeToken} from "../src/token/SafeToken.sol";
import {TestToken} from "../src/token/TestToken.sol";
import {Test} from "./support/Test.sol";
import {IHook, MorphoMock, PoolMock, PriceMock, RouterMock} from "./support/Venues.sol";

/// @notice Collateral at 2,000 units of debt, in a pool that reckons the debt with 6 decimals and in an isolated market.
abstract contract WithCapital is Test {
    uint256 internal constant DEBT = 1_000e6;
    uint256 internal constant SEIZED = 0.525e18; // of 2,000 each: 1,050

    ILiquidationExecutor internal executor;
    ICollateralLiquidator internal liquidator;
    ISwapper internal swapper;
    PoolMock internal pool;
    MorphoMock internal morpho;
    RouterMock internal router;
    TestToken internal weth;
    TestToken internal usdc;
    address internal operator = address(0x0937);
    address internal treasury = address(0x7ea5);
    address internal borrower = address(0xb0b);
    IMorpho.MarketParams internal market;
    ILiquidationExecutor.Item[] internal items;
    ILiquidationExecutor.MinProfit[] internal profits;

    function setUp() public virtual {
        weth = new TestToken("Wrapped Ether", "WETH");
        usdc = new TestToken("USD Coin", "USDC");
        pool = new PoolMock();
        morpho = new MorphoMock();
        router = new RouterMock();
        executor = ILiquidationExecutor(
            vm.deployCode("LiquidationExecutor.sol:LiquidationExecutor", abi.encode(address(this), operator, treasury))
        );
        liquidator = ICollateralLiquidator(
            vm.deployCode(
                "CollateralLiquidator.sol:CollateralLiquidator", abi.encode(address(this), executor, uint256(10_000))
            )
        );
        swapper = ISwapper(vm.deployCode("UniswapV3Swapper.sol:UniswapV3Swapper", abi.encode(router, true)));
        pool.list(address(weth), 2_000e8, 18);
        pool.list(address(usdc), 1e8, 6);
        market =
            IMorpho.MarketParams(address(usdc), address(weth), address(new PriceMock(2_000e24)), address(0), 0.86e18);
        stock(address(weth), 1_000e18);
        stock(address(usdc), 1_000_000e6);
        router.setRate(address(weth), address(usdc), 1_995e6); // 0.25 % less
        pool.owe(borrower, DEBT);
        morpho.owe(market, borrower, DEBT);

        executor.allowTarget(address(liquidator), ICollateralLiquidator.liquidateAave.selector, true);
        executor.allowTarget(address(liquidator), ICollateralLiquidator.liquidateMorpho.selector, true);
        executor.allowToken(address(usdc), true);
        liquidator.allowMarket(address(pool), 0, true);
        liquidator.allowMarket(address(morpho), id(), true);
        liquidator.allowSwapper(address(swapper), true);
    }

    function stock(address token, uint256 amount) internal {
        TestToken(token).mint(address(pool), amount);
        TestToken(token).mint(address(morpho), amount);
        TestToken(token).mint(address(router), amount);
    }

    function id() internal view returns (bytes32) {
        return keccak256(abi.encode(market));
    }

    function path(address from, address to) internal pure returns (bytes memory) {
        return abi.encodePacked(from, uint24(500), to);
    }

    function terms(uint8 funding, uint256 minProfit) internal view returns (ICollateralLiquidator.Terms memory) {
        return ICollateralLiquidator.Terms(funding, address(swapper), path(address(weth), address(usdc)), minProfit);
    }

    function onAave(ICollateralLiquidator.Terms memory t) internal view returns (bytes memory) {
        return abi.encodeCall(
            ICollateralLiquidator.liquidateAave, (address(pool), address(weth), address(usdc), borrower, DEBT, t)
        );
    }

    function onMorpho(ICollateralLiquidator.Terms memory t) internal view returns (bytes memory) {
        return abi.encodeCall(ICollateralLiquidator.liquidateMorpho, (address(morpho), market, borrower, 0, DEBT, t));
    }

    function add(bytes memory data) internal {
        items.push(ILiquidationExecutor.Item(address(liquidator), 2_000_000, data));
    }

    function want(address token, uint256 minProfit) internal {
        profits.push(ILiquidationExecutor.MinProfit(token, minProfit));
    }

    function execute() internal returns (ILiquidationExecutor.ItemResult[] memory) {
        vm.prank(operator);
        return executor.execute(items, profits, block.timestamp);
    }

    /// @notice What one call gives, asked directly as the executor.
    function run(bytes memory data) internal returns (bool ok, bytes memory result) {
        vm.prank(address(executor));
        (ok, result) = address(liquidator).call(data);
    }

    function refused(bytes memory data, bytes memory reason, string memory what) internal {
        uint256 own = usdc.balanceOf(address(liquidator));
        (bool ok, bytes memory result) = run(data);
        no(ok, what);
        vm.assertEq(result, reason, what);
        eq(usdc.balanceOf(address(liquidator)), own, what);
    }
}

contract CapitalTest is WithCapital, IHook {
    bool private intruded;

    function earns(bytes memory data, uint256 profit, string memory what) private {
        uint256 own = usdc.balanceOf(address(liquidator));
        uint256 had = usdc.balanceOf(address(executor));
        (bool ok, bytes memory result) = run(data);
        yes(ok, what);
        eq(abi.decode(result, (uint256)), profit, what);
        eq(usdc.balanceOf(address(executor)) - had, profit, what);
        eq(usdc.balanceOf(address(liquidator)), own, "own funds are as before");
        eq(weth.balanceOf(address(liquidator)), 0, "no collateral is left");
        eq(usdc.allowance(address(liquidator), address(pool)), 0, "allowance of the pool");
        eq(usdc.allowance(address(liquidator), address(morpho)), 0, "allowance of morpho");
        eq(weth.allowance(address(liquidator), address(swapper)), 0, "allowance of the swapper");
        eq(weth.allowance(address(swapper), address(router)), 0, "allowance of the router");
    }

    // 1,050 sold for 0.25 % less is 1,047.375; the loan costs 0.5.
    function test_a_loan_of_the_pool_pays_for_itself_and_the_rest_reaches_the_treasury() public {
        add(onAave(terms(0, 46e6)));
        add(onMorpho(terms(0, 47e6)));
        want(address(usdc), 94e6);
        ILiquidationExecutor.ItemResult[] memory results = execute();
        yes(results[0].success && results[1].success, "both succeed");
        eq(abi.decode(results[0].result, (uint256)), 46.875e6, "on the pool");
        eq(abi.decode(results[1].result, (uint256)), 47.375e6, "on morpho");
        eq(usdc.balanceOf(treasury), 94.25e6, "treasury");
    }

    function test_nothing_is_left_behind() public {
        earns(onAave(terms(0, 0)), 46.875e6, "a loan of the pool");
        earns(onMorpho(terms(0, 0)), 47.375e6, "the callback of morpho");
    }

    function test_collateral_and_debt_may_be_one_token() public {
        ICollateralLiquidator.Terms memory t = terms(0, 49e6);
        t.swapper = address(0);
        earns(
            abi.encodeCall(
                ICollateralLiquidator.liquidateAave, (address(pool), address(usdc), address(usdc), borrower, DEBT, t)
            ),
            49.5e6,
            "one token"
        );
    }

    function test_own_funds_within_their_budget_come_back_at_once() public {
        usdc.mint(address(liquidator), 5_000e6);
        refused(onAave(terms(1, 0)), abi.encodeWithSelector(ICollateralLiquidator.OverBudget.selector, DEBT, 0), "none");
        liquidator.setBudget(address(pool), 0, address(usdc), uint120(DEBT), false);
        liquidator.setBudget(address(morpho), id(), address(usdc), uint120(DEBT - 1), false);
        earns(onAave(terms(1, 0)), 47.375e6, "own funds on the pool");
        refused(
            onMorpho(terms(1, 0)),
            abi.encodeWithSelector(ICollateralLiquidator.OverBudget.selector, DEBT, DEBT - 1),
            "one too little"
        );
        liquidator.setBudget(address(morpho), id(), address(usdc), uint120(DEBT), false);
        earns(onMorpho(terms(2, 0)), 47.375e6, "own funds on morpho");
    }

    function test_own_funds_buy_what_no_sale_reaches_the_bound_for_up_to_the_cap() public {
        usdc.mint(address(liquidator), 5_000e6);
        router.setRate(address(weth), address(usdc), 1_979e6);
        bytes memory tooLittle = abi.encodeWithSelector(
            ICollateralLiquidator.SwapFailed.selector,
            swapper,
            abi.encodeWithSignature("Error(string)", "Too little received")
        );
        liquidator.setBudget(address(pool), 0, address(usdc), 1_040e6, false);
        refused(onAave(terms(2, 0)), tooLittle, "the owner has not said that it may");
        liquidator.setBudget(address(pool), 0, address(usdc), 1_039e6, true);
        // 1 % below 1,050.
        refused(
            onAave(terms(2, 0)),
            abi.encodeWithSelector(ICollateralLiquidator.OverBudget.selector, 1_039.5e6, 1_039e6),
            "cap"
        );
        liquidator.setBudget(address(pool), 0, address(usdc), 1_040e6, true);
        refused(onAave(terms(1, 0)), tooLittle, "the terms do not say so");
        (bool ok, bytes memory result) = run(onAave(terms(2, 39e6)));
        yes(ok, "bought");
        eq(abi.decode(result, (uint256)), 39.5e6, "what it gives for it, less the debt");
        eq(weth.balanceOf(address(liquidator)), SEIZED, "held");
        eq(usdc.balanceOf(address(liquidator)), 5_000e6 - 1_039.5e6, "paid");
        (, uint120 held,) = liquidator.budgetOf(address(pool), 0, address(usdc));
        eq(held, 1_039.5e6, "counted");
        pool.owe(borrower, DEBT);
        refused(
            onAave(terms(2, 0)),
            abi.encodeWithSelector(ICollateralLiquidator.OverBudget.selector, DEBT, 0.5e6),
            "used up"
        );
        liquidator.sweep(address(weth));
        eq(weth.balanceOf(treasury), SEIZED, "swept");
    }

    function test_a_sale_below_the_bound_is_refused_and_the_bound_is_the_pairs_own_where_it_has_one() public {
        ICollateralLiquidator.Terms memory t = terms(0, 0);
        router.setRate(address(weth), address(usdc), 1_980e6);
        earns(onMorpho(t), 39.5e6, "just at the bound of 1 %");
        morpho.owe(market, borrower, DEBT);
        liquidator.setMaxSlippage(address(weth), address(usdc), 9_999);
        bytes memory reason = abi.encodeWithSelector(
            ICollateralLiquidator.SwapFailed.selector,
            swapper,
            abi.encodeWithSignature("Error(string)", "Too little received")
        );
        refused(onMorpho(t), reason, "morpho");
        refused(onAave(t), reason, "the pool");
        liquidator.setMaxSlippage(address(weth), address(usdc), 0);
        earns(onMorpho(t), 39.5e6, "that of all pairs again");
        vm.expectRevert(abi.encodeWithSelector(ICollateralLiquidator.SlippageTooLarge.selector, 1_000_001));
        liquidator.setMaxSlippage(address(0), address(0), 1_000_001);
    }

    function test_too_little_profit_and_what_the_protocol_refuses_are_told_by_name() public {
        refused(
            onAave(terms(0, 46.875e6 + 1)),
            abi.encodeWithSelector(ICollateralLiquidator.ProfitBelowMinimum.selector, int256(46.875e6), 46.875e6 + 1),
            "one more"
        );
        pool.owe(borrower, 0);
        morpho.owe(market, borrower, 0);
        refused(onAave(terms(0, 0)), abi.encodeWithSelector(PoolMock.Healthy.selector), "the pool's own word");
        refused(onMorpho(terms(0, 0)), abi.encodeWithSignature("Error(string)", "position is healthy"), "morpho's");
    }

    function test_a_loan_never_reaches_into_own_funds() public {
        usdc.mint(address(liquidator), 5_000e6);
        liquidator.setMaxSlippage(address(0), address(0), 100_000);
        router.setRate(address(weth), address(usdc), 1_900e6); // 997.5
        refused(
            onAave(terms(0, 0)),
            abi.encodeWithSelector(ICollateralLiquidator.ProfitBelowMinimum.selector, int256(-3e6), 0),
            "the pool"
        );
        refused(
            onMorpho(terms(0, 0)),
            abi.encodeWithSelector(ICollateralLiquidator.ProfitBelowMinimum.selector, int256(-2.5e6), 0),
            "morpho"
        );
    }

    function test_only_what_the_owner_allows() public {
        vm.expectRevert(ICollateralLiquidator.NotExecutor.selector);
        liquidator.liquidateAave(address(pool), address(weth), address(usdc), borrower, DEBT, terms(0, 0));
        ICollateralLiquidator.Terms memory t = terms(3, 0);
        refused(onAave(t), abi.encodeWithSelector(ICollateralLiquidator.UnknownFunding.selector, 3), "funding");
        t = terms(0, 0);
        t.swapper = address(router);
        refused(onAave(t), abi.encodeWithSelector(ICollateralLiquidator.SwapperNotAllowed.selector, router), "swapper");
        t.swapper = address(0);
        refused(onAave(t), abi.encodeWithSelector(ICollateralLiquidator.NoSwapper.selector, weth, usdc), "no swapper");
        liquidator.allowMarket(address(pool), 0, false);
        refused(
            onAave(terms(0, 0)),
            abi.encodeWithSelector(ICollateralLiquidator.MarketNotAllowed.selector, pool, bytes32(0)),
            "pool"
        );
        market.oracle = address(new PriceMock(1)); // a market of one's own
        morpho.owe(market, borrower, DEBT);
        refused(
            onMorpho(terms(0, 0)),
            abi.encodeWithSelector(ICollateralLiquidator.MarketNotAllowed.selector, morpho, id()),
            "oracle"
        );
        vm.prank(operator);
        vm.expectRevert(ICollateralLiquidator.NotOwner.selector);
        liquidator.sweep(address(usdc));
    }

    function test_a_route_must_lead_from_collateral_to_debt() public {
        ICollateralLiquidator.Terms memory t = terms(0, 0);
        bytes[3] memory wrong = [bytes(""), path(address(usdc), address(weth)), abi.encodePacked(t.route, uint8(0))];
        for (uint256 i = 0; i < 3; i++) {
            t.route = wrong[i];
            refused(
                onMorpho(t),
                abi.encodeWithSelector(
                    ICollateralLiquidator.SwapFailed.selector,
                    swapper,
                    abi.encodeWithSelector(ISwapper.WrongRoute.selector, weth, usdc)
                ),
                "route"
            );
        }
    }

    function test_callbacks_outside_a_call_are_refused() public {
        bytes memory unexpected = abi.encodeWithSelector(ICollateralLiquidator.UnexpectedCallback.selector, pool);
        vm.expectRevert(unexpected);
        pool.flashLoanSimple(address(liquidator), address(usdc), 1e6, "", 0);
        vm.prank(address(morpho));
        vm.expectRevert(abi.encodeWithSelector(ICollateralLiquidator.UnexpectedCallback.selector, morpho));
        (bool ok,) = address(liquidator).call(abi.encodeWithSignature("onMorphoLiquidate(uint256,bytes)", 1, ""));
        ok;
    }

    /// @notice A route leads through a token of an attacker's, who is called in the middle of the sale.
    function test_nobody_gets_in_while_it_sells() public {
        ICollateralLiquidator.Terms memory t = terms(0, 0);
        t.route = abi.encodePacked(address(weth), uint24(500), address(this), uint24(500), address(usdc));
        usdc.mint(address(liquidator), 500e6);
        earns(onAave(t), 46.875e6, "the pool");
        yes(intruded, "the hook ran");
        intruded = false;
        earns(onMorpho(t), 47.375e6, "morpho");
        yes(intruded, "the hook ran");
    }

    function hook() external {
        bytes[4] memory calls = [
            abi.encodeCall(PoolMock.flashLoanSimple, (address(liquidator), address(usdc), 1e6, "", 0)),
            onAave(terms(0, 0)),
            abi.encodeCall(ICollateralLiquidator.sweep, (address(usdc))),
            abi.encodeCall(ISwapper.swap, (address(weth), address(usdc), 0, 0, path(address(weth), address(usdc))))
        ];
        address[4] memory targets = [address(pool), address(liquidator), address(liquidator), address(swapper)];
        for (uint256 i = 0; i < 4; i++) {
            if (i == 1) vm.prank(address(executor)); // as if even the executor could be talked into it
            (bool ok,) = targets[i].call(calls[i]);
            no(ok, "an intrusion");
        }
        intruded = true;
    }

    /// @notice Each kind as collateral and as debt, beside an item that must not be disturbed.
    function test_a_hostile_token_costs_its_own_item_only() public {
        for (uint8 kind = 1; kind <= 9; kind++) {
            for (uint256 side = 0; side < 2; side++) {
                uint256 state = vm.snapshotState();
                hostile(kind, side == 0);
                vm.revertToState(state);
            }
        }
    }

    function hostile(uint8 kind, bool isCollateral) private {
        HostileToken token = new HostileToken(kind, address(liquidator));
        token.reward(address(pool), 1_000_000e18);
        token.reward(address(router), 1_000_000e18);
        address collateral = isCollateral ? address(token) : address(weth);
        address debt = isCollateral ? address(usdc) : address(token);
        pool.list(address(token), isCollateral ? 2_000e8 : 1e8, isCollateral ? 18 : 6);
        router.setRate(collateral, debt, 1_995e6);
        add(
            abi.encodeCall(
                ICollateralLiquidator.liquidateAave,
                (
                    address(pool),
                    collateral,
                    debt,
                    borrower,
                    DEBT,
                    ICollateralLiquidator.Terms(0, address(swapper), path(collateral, debt), 0)
                )
            )
        );
        add(onMorpho(terms(0, 47e6)));
        want(address(usdc), 47e6);
        ILiquidationExecutor.ItemResult[] memory results = execute();
        delete items;
        delete profits;
        no(results[0].success, "a hostile token earned");
        yes(results[1].success, "the other item");
        eq(usdc.balanceOf(treasury), 47.375e6, "treasury");
    }

    /// @notice A market that was honest when it was allowed, and an oracle that is so no more: 0 reverts, 1 takes all gas, 2 says nothing
    /// is worth anything, 3 says more than any amount can be multiplied by, 4 reverts with a megabyte.
    function test_a_hostile_oracle_costs_its_own_item_only() public {
        for (uint8 kind = 0; kind <= 4; kind++) {
            uint256 state = vm.snapshotState();
            market.oracle = address(new HostileOracle(kind));
            liquidator.allowMarket(address(morpho), id(), true);
            morpho.owe(market, borrower, DEBT);
            add(onMorpho(terms(0, 0)));
            add(onAave(terms(0, 46e6)));
            want(address(usdc), 46e6);
            ILiquidationExecutor.ItemResult[] memory results = execute();
            delete items;
            delete profits;
            no(results[0].success, "a hostile oracle earned");
            yes(results[1].success, "the other item");
            eq(usdc.balanceOf(treasury), 46.875e6, "treasury");
            vm.revertToState(state);
        }
    }

    function test_what_a_hostile_token_did_is_told_by_name() public {
        HostileToken token = new HostileToken(6, address(0));
        token.reward(address(pool), 1_000_000e18);
        pool.list(address(token), 2_000e8, 18);
        (, bytes memory result) = run(
            abi.encodeCall(
                ICollateralLiquidator.liquidateAave,
                (address(pool), address(token), address(usdc), borrower, DEBT, terms(0, 0))
            )
        );
        vm.assertEq(result, abi.encodeWithSelector(SafeToken.TokenCallFailed.selector, token), "answers false");
    }
}

contract HostileOracle {
    uint8 private immutable kind;

    constructor(uint8 kind_) {
        kind = kind_;
    }

    function price() external view returns (uint256) {
        if (kind == 0) revert("no price");
        if (kind == 1) {
            while (true) {}
        }
        if (kind == 4) {
            assembly {
                revert(0, 0x100000)
            }
        }
        return kind == 2 ? 0 : type(uint256).max;
    }
}
