// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICollateralLiquidator} from "../src/capital/ICollateralLiquidator.sol";
import {IMorpho} from "../src/capital/IMorpho.sol";
import {ISwapper} from "../src/capital/ISwapper.sol";
import {ILiquidationExecutor} from "../src/executor/ILiquidationExecutor.sol";
import {IERC20} from "../src/token/IERC20.sol";
import {TestToken} from "../src/token/TestToken.sol";
import {WithCapital} from "./Capital.t.sol";
import {IHook, PoolMock, PriceMock} from "./support/Venues.sol";

/// @notice Somebody who holds the operator's key and tells the liquidator whatever it likes through the executor: markets,
/// pools and swappers of its own, routes through itself, prices of the exchange as it wants them, and calls from the
/// middle of a sale. Own funds and collateral lie there to be stolen.
contract CapitalThief is WithCapital, IHook, ISwapper {
    uint256 private constant FUNDS = 5_000e6;
    uint256 private constant COLLATERAL = 3e18;

    IMorpho.MarketParams private ownMarket;
    uint256 public liquidations;
    uint256 private calls;

    constructor() {
        setUp();
        usdc.mint(address(liquidator), FUNDS);
        usdc.mint(address(executor), 100e6);
        weth.mint(address(liquidator), COLLATERAL);
        liquidator.setBudget(address(pool), 0, address(usdc), 2_000e6, false);
        liquidator.setBudget(address(morpho), id(), address(usdc), 2_500e6, true);
        ownMarket = market;
        ownMarket.oracle = address(new PriceMock(1));
    }

    /// @notice The exchange is thin: it sells at any rate, up to twice the protocol's.
    function price(uint256 rate) external {
        router.setRate(address(weth), address(usdc), rate % 4_000e6);
    }

    function near(uint256 rate) external {
        router.setRate(address(weth), address(usdc), bound(rate, 1_970e6, 2_010e6));
    }

    /// @notice One item or two, nearly right or not right at all.
    function attack(uint256 seed, uint256 amount) external {
        if (calls++ > 40) {
            // What protocols pay out is not refilled for ever.
            return;
        }
        pool.owe(borrower, DEBT);
        morpho.owe(market, borrower, DEBT);
        morpho.owe(ownMarket, borrower, 1_000_000e6);
        delete items;
        delete profits;
        add(call(seed, amount));
        if (seed & 1 == 0) add(call(seed >> 7, amount >> 7));
        if (seed & 6 == 0) want(address(usdc), 0);
        vm.prank(operator);
        try executor.execute(items, profits, block.timestamp) returns (
            ILiquidationExecutor.ItemResult[] memory results
        ) {
            for (uint256 i = 0; i < results.length; i++) {
                if (results[i].success) liquidations++;
            }
        } catch {}
    }

    /// @notice The same calls without the executor, and the owner's.
    function direct(uint256 seed, uint256 amount) external {
        bytes[7] memory all = [
            call(seed >> 8, amount),
            abi.encodeCall(ICollateralLiquidator.sweep, (address(usdc))),
            abi.encodeCall(ICollateralLiquidator.allowSwapper, (address(this), true)),
            abi.encodeCall(ICollateralLiquidator.setMaxSlippage, (address(0), address(0), 1_000_000)),
            abi.encodeCall(ICollateralLiquidator.setBudget, (address(pool), 0, address(usdc), 1e18, true)),
            abi.encodeCall(ICollateralLiquidator.transferOwnership, (operator)),
            abi.encodeWithSignature("onMorphoLiquidate(uint256,bytes)", amount, "")
        ];
        vm.prank(operator);
        (bool ok,) = address(liquidator).call(all[seed % 7]);
        ok;
    }

    function call(uint256 seed, uint256 amount) private view returns (bytes memory) {
        ICollateralLiquidator.Terms memory t = terms(uint8(seed % 4), amount % 3 == 0 ? amount : 0);
        if (t.funding == 3 && seed & 0x10 != 0) t.funding = 0;
        if (seed & 0x60 == 0) t.swapper = seed & 0x80 == 0 ? address(this) : address(router);
        if (seed & 0x60 == 0x20) {
            t.route = abi.encodePacked(address(weth), uint24(1), address(this), uint24(1), address(usdc));
        }
        if (seed & 0x60 == 0x40) t.swapper = address(0);
        bool swapped = seed & 0x700 == 0;
        uint256 cover = seed & 0x1800 == 0 ? amount : DEBT;
        if (seed & 0x2000 == 0) {
            return abi.encodeCall(
                ICollateralLiquidator.liquidateAave,
                (
                    seed & 0x1c000 == 0 ? address(this) : address(pool),
                    address(swapped ? usdc : weth),
                    address(swapped ? weth : usdc),
                    seed & 0xe0000 == 0 ? address(liquidator) : borrower,
                    cover,
                    t
                )
            );
        }
        return abi.encodeCall(
            ICollateralLiquidator.liquidateMorpho,
            (
                seed & 0x1c000 == 0 ? address(this) : address(morpho),
                seed & 0xe0000 == 0 ? ownMarket : market,
                borrower,
                0,
                cover,
                t
            )
        );
    }

    // ---------------------------------------------------------------------------------------- what the thief answers

    function hook() external {
        bytes[3] memory inner = [
            abi.encodeCall(PoolMock.flashLoanSimple, (address(liquidator), address(usdc), 1e6, "", 0)),
            abi.encodeCall(ILiquidationExecutor.execute, (items, profits, block.timestamp)),
            abi.encodeCall(ISwapper.swap, (address(weth), address(usdc), 0, 0, path(address(weth), address(usdc))))
        ];
        address[3] memory targets = [address(pool), address(executor), address(swapper)];
        for (uint256 i = 0; i < 3; i++) {
            vm.prank(operator);
            (bool ok,) = targets[i].call(inner[i]);
            ok;
        }
    }

    function swap(address from, address, uint256, uint256, bytes calldata) external returns (uint256) {
        IERC20(from).transferFrom(msg.sender, operator, IERC20(from).allowance(msg.sender, address(this)));
        return type(uint256).max;
    }

    // ------------------------------------------------------------------------------------------------------- judge

    function check() external view {
        eq(usdc.balanceOf(operator) + weth.balanceOf(operator), 0, "the thief has something");
        eq(usdc.balanceOf(address(this)) + weth.balanceOf(address(this)), 0, "the thief's contract has something");
        uint256 collateral = held(weth);
        yes(collateral >= COLLATERAL, "collateral left");
        // What collateral was bought for is worth more at the protocol's own price.
        yes(held(usdc) + (collateral - COLLATERAL) * 2_000e6 / 1e18 >= FUNDS + 100e6, "own funds shrank");
        yes(usdc.balanceOf(address(liquidator)) >= FUNDS - 2_500e6, "more than the budget is held");
        eq(usdc.allowance(address(liquidator), address(pool)), 0, "an allowance of the pool");
        eq(usdc.allowance(address(liquidator), address(morpho)), 0, "an allowance of morpho");
        eq(weth.allowance(address(liquidator), address(swapper)), 0, "an allowance of the swapper");
        eq(weth.allowance(address(liquidator), address(this)), 0, "an allowance of the thief");
        yes(liquidator.owner() == address(this) && liquidator.pendingOwner() == address(0), "roles");
        eq(liquidator.maxSlippageOf(address(weth), address(usdc)), 10_000, "the bound");
    }

    function held(TestToken token) private view returns (uint256) {
        return token.balanceOf(address(liquidator)) + token.balanceOf(address(executor)) + token.balanceOf(treasury);
    }

    /// @notice A market of the thief's, whose oracle says what the thief wants: the owner was talked into it.
    function allowHostileMarket() external {
        ownMarket.oracle = address(new PriceMock(2_000_000e24));
        bytes32 own = keccak256(abi.encode(ownMarket));
        liquidator.allowMarket(address(morpho), own, true);
        liquidator.setBudget(address(morpho), own, address(usdc), 2_000e6, true);
    }

    /// @notice Own funds buy next to nothing at that oracle's price.
    function steal() external {
        morpho.owe(ownMarket, borrower, DEBT);
        ICollateralLiquidator.Terms memory t = terms(2, 0);
        t.swapper = address(0);
        delete items;
        delete profits;
        add(abi.encodeCall(ICollateralLiquidator.liquidateMorpho, (address(morpho), ownMarket, borrower, 0, DEBT, t)));
        vm.prank(operator);
        yes(executor.execute(items, profits, block.timestamp)[0].success, "the theft");
    }
}

contract CapitalInvariantTest {
    CapitalThief private thief;

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function setUp() public {
        thief = new CapitalThief();
    }

    function targetContracts() external view returns (address[] memory a) {
        a = new address[](1);
        a[0] = address(thief);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory t) {
        bytes4[] memory s = new bytes4[](4);
        s[0] = CapitalThief.attack.selector;
        s[1] = CapitalThief.direct.selector;
        s[2] = CapitalThief.near.selector;
        s[3] = CapitalThief.price.selector;
        t = new FuzzSelector[](1);
        t[0] = FuzzSelector(address(thief), s);
    }

    function invariant_the_operators_key_can_lose_gas_only_where_capital_lies() public view {
        thief.check();
    }

    /// @notice Attacks do get through to liquidations: the invariant is not about refusals alone.
    function test_control_the_thief_liquidates_too() public {
        thief.near(2_000e6);
        for (uint256 seed = 0; seed < 40; seed++) {
            thief.attack(uint256(keccak256(abi.encode(seed))), 1);
        }
        if (thief.liquidations() < 4) revert("the attacks are all refused");
        thief.check();
    }

    /// @notice The invariant does see a theft: where the owner allows a market with a hostile oracle, it fails.
    function test_control_a_hostile_market_on_the_allow_list_breaks_the_invariant() public {
        thief.allowHostileMarket();
        thief.check();
        thief.steal();
        try thief.check() {
            revert("the theft went unseen");
        } catch {}
    }
}
