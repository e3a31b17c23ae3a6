// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Aggregator} from "../src/oracle/Aggregator.sol";
import {AggregatorProxy} from "../src/oracle/AggregatorProxy.sol";
import {IRefPerps} from "../src/refperps/IRefPerps.sol";
import {RefPerpsMath as M} from "../src/refperps/RefPerpsMath.sol";
import {Exchange} from "./support/Exchange.sol";

contract TradingTest is Exchange {
    function test_a_trade_fills_between_the_marks_and_a_round_trip_costs_the_fees() public {
        uint256 id = open(1_000_000e18);
        (, uint256 before) = perps.markPrice(ETH);
        trade(id, ETH, 1_000e18);
        (, uint256 afterwards) = perps.markPrice(ETH);
        eq(before, 2_000e18, "no skew, no premium");
        eq(afterwards, 2_020e18, "1 % of skewScale");
        eq(perps.getPosition(id, ETH).entryNotional, 1_000 * 2_010e18, "filled at the mean");
        close(id, ETH);
        eq(perps.getAccount(id).quote, int256(1_000_000e18 - 2 * (2_010_000e18 * 500 / 1e6)), "two fees, nothing else");
        assertSolvent();
    }

    function test_opening_needs_the_initial_margin_and_reducing_only_the_maintenance() public {
        uint256 id = open(2_000e18);
        vm.expectPartialRevert(IRefPerps.InsufficientMargin.selector);
        trade(id, ETH, 50e18);
        perps.deposit(id, 100e18);
        trade(id, ETH, 50e18);
        setPrice(ETH, 1_993e8);
        (int256 e, uint256 r, uint256 i) = perps.accountHealth(id);
        yes(e < int256(i) && e > int256(r), "between the two");
        vm.expectPartialRevert(IRefPerps.InsufficientMargin.selector);
        trade(id, ETH, 0.1e18);
        vm.expectPartialRevert(IRefPerps.InsufficientMargin.selector);
        perps.withdraw(id, 1);
        trade(id, ETH, -0.1e18);
        setPrice(ETH, 1_980e8);
        yes(perps.liquidatable(id), "below");
        vm.expectPartialRevert(IRefPerps.InsufficientMargin.selector);
        trade(id, ETH, -0.1e18); // does not restore it
        trade(id, ETH, -40e18); // does
        no(perps.liquidatable(id), "restored by its owner");
    }

    function test_the_own_effect_on_the_mark_is_no_margin() public {
        uint256 id = open(1_000_000e18);
        // 5,000 move the premium to 5 %: the mean fill is 2.5 % below the mark, the initial margin is 9.5 %
        vm.expectPartialRevert(IRefPerps.InsufficientMargin.selector);
        trade(id, ETH, 5_000e18);
        perps.deposit(id, 500_000e18);
        trade(id, ETH, 5_000e18);
        (int256 e, uint256 r, uint256 i) = perps.accountHealth(id);
        uint256 credit = uint256(5_000e18) * 100e18 / 1e18;
        eq(i, M.tierMargin(10_000_000e18, imTiers()) + credit, "I asks for the premium on top");
        yes(e - 500_000e18 > int256(i - credit), "control: without it, the first trade would have passed");
        yes(e > int256(r), "healthy");
    }

    function test_a_reduction_splits_the_cost_basis_and_settles_all_funding() public {
        uint256 id = opened(100_000e18, ETH, 30e18);
        int256 entry = perps.getPosition(id, ETH).entryNotional;
        vm.warp(START + 3_000);
        setPrice(ETH, 2_100e8);
        perps.sync(ETH);
        int256 funding = perps.getMarket(ETH).fundingIndex;
        yes(funding > 0, "longs pay");
        int256 quote = perps.getAccount(id).quote;
        uint256 fill = M.fillPrice(2_100e18, 30e18, -10e18, 100_000e18, 0.05e18);
        trade(id, ETH, -10e18);
        IRefPerps.Position memory p = perps.getPosition(id, ETH);
        eq(p.entryNotional, entry * 2 / 3, "two thirds stay");
        eq(p.entryFunding, funding, "settled");
        int256 realised = int256(10 * fill) - (entry - entry * 2 / 3);
        int256 paid = -(30e18 * funding / 1e18);
        int256 fee = int256(M.fee(M.notional(10e18, fill), 500));
        eq(perps.getAccount(id).quote, quote + realised + paid - fee, "quote");
        assertSolvent();
    }

    function test_what_the_split_of_the_basis_rounds_off_is_realised_not_lost() public {
        setParams(ETH, noCost);
        uint256 id = opened(100_000e18, ETH, 1.001e18);
        setPrice(ETH, 1_999e8 + 99_999_999);
        trade(id, ETH, 0.1e18);
        int256 entry = perps.getPosition(id, ETH).entryNotional;
        yes(entry * 767 % 1_101 != 0, "the split is not even");
        int256 quote = perps.getAccount(id).quote;
        trade(id, ETH, -0.334e18);
        int256 kept = entry * 767 / 1_101;
        eq(perps.getPosition(id, ETH).entryNotional, kept, "toward zero");
        eq(perps.getAccount(id).quote - quote, M.value(0.334e18, 1_999.99999999e18) - (entry - kept), "the rest");
    }

    function noCost(IRefPerps.MarketParams memory p) internal pure {
        (p.premiumCap, p.takerFeePpm, p.maxFundingPerDay) = (0, 0, 0);
    }

    function test_a_flip_realises_all_and_starts_anew() public {
        uint256 id = opened(100_000e18, ETH, 30e18);
        setPrice(ETH, 2_100e8);
        trade(id, ETH, -50e18);
        IRefPerps.Position memory p = perps.getPosition(id, ETH);
        eq(p.size, -20e18, "short");
        uint256 fill = M.fillPrice(2_100e18, 30e18, -50e18, 100_000e18, 0.05e18);
        eq(p.entryNotional, -int256(20 * fill), "basis at the fill");
        IRefPerps.MarketView memory m = perps.getMarket(ETH);
        eq(m.oiLong, 0, "long");
        eq(m.oiShort, 20e18, "short");
        eq(perps.getAccount(id).markets.length, 1, "one entry");
        assertSolvent();
    }

    function test_trades_that_are_refused_say_why() public {
        uint256 id = opened(100_000e18, ETH, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NotLotMultiple.selector, 0.0015e18, 0.001e18));
        trade(id, ETH, 0.0015e18);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.BelowMinNotional.selector, 48e18, 50e18));
        trade(id, ETH, -0.976e18);
        vm.expectRevert(IRefPerps.ZeroAmount.selector);
        trade(id, ETH, 0);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.UnknownMarket.selector, 9));
        trade(id, 9, 1e18);
        vm.expectPartialRevert(IRefPerps.PriceLimit.selector);
        perps.trade(id, ETH, 1e18, 2_000e18);
        vm.expectPartialRevert(IRefPerps.PriceLimit.selector);
        perps.trade(id, ETH, -1e18, 2_001e18);
        vm.expectRevert(IRefPerps.SizeTooLarge.selector);
        trade(id, ETH, int256(1 << 96));
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NotAccountOwner.selector, id));
        vm.prank(keeper);
        perps.trade(id, ETH, 1e18, MAX);
        perps.transferAccount(id, keeper);
        vm.prank(keeper);
        perps.trade(id, ETH, 1e18, MAX);
    }

    function test_a_position_can_be_closed_after_the_lot_changed() public {
        uint256 id = opened(100_000e18, ETH, 1.001e18);
        setParams(ETH, coarseLot);
        close(id, ETH);
        eq(perps.getPosition(id, ETH).size, 0, "closed");
        id = opened(600e18, ETH, 10e18);
        setParams(ETH, oddLot);
        setPrice(ETH, 1_965e8);
        (uint256 x,) = perps.minimalClose(id, ETH);
        yes(x == 10e18 || x % 0.3e18 == 0, "lots, or all");
        liquidate(id, ETH, MAX);
    }

    function coarseLot(IRefPerps.MarketParams memory p) internal pure {
        (p.lot, p.closeTolerance) = (0.1e18, 0.1e18);
    }

    function oddLot(IRefPerps.MarketParams memory p) internal pure {
        (p.lot, p.closeTolerance) = (0.3e18, 0.3e18);
    }

    function test_a_dead_feed_can_be_replaced_and_a_new_phase_is_followed() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        vm.warp(START + 10_000);
        vm.expectPartialRevert(IRefPerps.OracleStale.selector);
        perps.accountHealth(id);

        Aggregator next = Aggregator(vm.deployCode("Aggregator.sol:Aggregator", abi.encode(8, "next")));
        next.transmit(1_970e8);
        AggregatorProxy proxy = AggregatorProxy(perps.getMarketParams(ETH).feed);
        vm.expectRevert(AggregatorProxy.NotProposed.selector);
        proxy.confirmAggregator(address(next));
        proxy.proposeAggregator(address(next));
        proxy.confirmAggregator(address(next));
        perps.sync(ETH);
        eq(perps.getMarket(ETH).roundId, (2 << 64) | 1, "phase 2, round 1");
        yes(perps.liquidatable(id), "at the new price");

        next.transmit(0);
        IRefPerps.MarketParams memory p = perps.getMarketParams(ETH);
        next = Aggregator(vm.deployCode("Aggregator.sol:Aggregator", abi.encode(8, "other")));
        p.feed = vm.deployCode("AggregatorProxy.sol:AggregatorProxy", abi.encode(next));
        next.transmit(2_000e8);
        perps.setMarketParams(ETH, p);
        no(perps.liquidatable(id), "at the other feed's price");
    }

    function test_parameters_are_validated() public {
        IRefPerps.MarketParams memory good = perps.getMarketParams(ETH);
        IRefPerps.MarketParams memory p = perps.getMarketParams(ETH);
        p.lot = 0;
        refuse(p, "lot");
        p = copy(good);
        p.closeTolerance = good.lot - 1;
        refuse(p, "closeTolerance");
        p.closeTolerance = good.lot + 1;
        refuse(p, "closeTolerance");
        p = copy(good);
        p.feedDecimals = 18;
        refuse(p, "feedDecimals");
        p = copy(good);
        p.premiumCap = 0.5e18 + 1;
        refuse(p, "premiumCap");
        p = copy(good);
        p.skewScale = 0;
        refuse(p, "skewScale");
        p = copy(good);
        p.maxStaleness = 0;
        refuse(p, "maxStaleness");
        p = copy(good);
        p.liqFeePpm = 100_001;
        refuse(p, "liqFeePpm");
        IRefPerps.Tier[] memory t = mmTiers();
        t[2].upper--;
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.InvalidParams.selector, bytes32("last")));
        perps.setMarketTiers(ETH, t, imTiers());
        t = mmTiers();
        t[1].ppm = 1;
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.InvalidParams.selector, bytes32("order")));
        perps.setMarketTiers(ETH, t, imTiers());
    }

    function copy(IRefPerps.MarketParams memory p) private pure returns (IRefPerps.MarketParams memory) {
        return abi.decode(abi.encode(p), (IRefPerps.MarketParams));
    }

    function refuse(IRefPerps.MarketParams memory p, bytes32 what) private {
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.InvalidParams.selector, what));
        perps.setMarketParams(ETH, p);
    }

    function test_only_the_owner_administers_and_ownership_moves_in_two_steps() public {
        vm.startPrank(keeper);
        vm.expectRevert(IRefPerps.NotOwner.selector);
        perps.setPaused(1);
        vm.expectRevert(IRefPerps.NotOwner.selector);
        perps.setGlobalParams(globals());
        vm.expectRevert(IRefPerps.NotOwner.selector);
        perps.acceptOwnership();
        vm.stopPrank();
        perps.transferOwnership(keeper);
        perps.setPaused(1); // still ours
        vm.startPrank(keeper);
        perps.acceptOwnership();
        perps.setPaused(0);
        vm.stopPrank();
        vm.expectRevert(IRefPerps.NotOwner.selector);
        perps.setPaused(1);
    }
}

/// @notice Without pool and insurance: profits are claims on what the losers still hold.
contract InsolventPoolTest is Exchange {
    function fund() internal override {
        setParams(ETH, free);
    }

    function free(IRefPerps.MarketParams memory p) internal pure {
        (p.premiumCap, p.takerFeePpm, p.maxFundingPerDay) = (0, 0, 0);
    }

    function test_with_no_tokens_left_a_liquidation_still_works_and_pays_nothing() public {
        uint256 winner = opened(200e18, ETH, 1e18);
        uint256 loser = opened(200e18, ETH, -1e18);
        setPrice(ETH, 2_200e8);
        close(winner, ETH);
        eq(perps.pool(), -200e18, "the pool owes");
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.InsufficientLiquidity.selector, 400e18 + 1, int256(400e18)));
        perps.withdraw(winner, 400e18 + 1);
        perps.withdraw(winner, 400e18);
        eq(perps.cash(), 0, "nothing left");
        setPrice(ETH, 2_195e8);
        (int256 e,) = health(loser);
        eq(e, 5e18, "E > 0");
        eq(liquidate(loser, ETH, MAX), 0, "no tokens, no reward, no revert");
        eq(perps.insuranceFund(), 5e18, "the penalty is the fund's");
        assertSolvent();
    }

    function test_a_withdrawal_never_spends_the_insurance_fund() public {
        uint256 winner = opened(200e18, ETH, 1e18);
        opened(200e18, ETH, -1e18);
        perps.depositInsurance(1_000e18);
        setPrice(ETH, 2_300e8);
        close(winner, ETH); // 500 claimed, 400 there
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.InsufficientLiquidity.selector, 500e18, int256(400e18)));
        perps.withdraw(winner, 500e18);
        perps.withdraw(winner, 400e18);
        eq(perps.cash(), 1_000e18, "the fund's tokens are there");
    }
}

/// @notice Tokens that misbehave.
contract HostileTokenTest is Exchange {
    HostileToken private hostile;
    uint256 private id;

    function setUp() public override {
        vm.warp(START);
        hostile = new HostileToken();
        perps = IRefPerps(vm.deployCode("RefPerps.sol:RefPerps", abi.encode(hostile, globals())));
        id = perps.openAccount(0, 0);
    }

    function test_a_token_that_calls_back_is_refused() public {
        hostile.set(perps, abi.encodeCall(IRefPerps.deposit, (id, 1)), 0, true);
        perps.deposit(id, 100);
        yes(bytes4(hostile.answer()) == IRefPerps.Reentered.selector, "on deposit");
        hostile.set(perps, abi.encodeCall(IRefPerps.withdraw, (id, 1)), 0, true);
        perps.withdraw(id, 100);
        yes(bytes4(hostile.answer()) == IRefPerps.Reentered.selector, "on withdrawal");
    }

    function test_a_token_that_keeps_a_part_or_says_no_is_refused() public {
        hostile.set(perps, "", 1, true);
        vm.expectRevert(IRefPerps.TransferFailed.selector);
        perps.deposit(id, 100);
        hostile.set(perps, "", 0, false);
        vm.expectRevert();
        perps.deposit(id, 100);
    }
}

contract HostileToken {
    uint8 public constant decimals = 18;
    mapping(address => uint256) public balanceOf;
    bytes public answer;
    IRefPerps private perps;
    bytes private call;
    uint256 private kept;
    bool private says;

    function set(IRefPerps perps_, bytes calldata call_, uint256 kept_, bool says_) external {
        (perps, call, kept, says) = (perps_, call_, kept_, says_);
    }

    function transfer(address, uint256) external returns (bool) {
        back();
        return says;
    }

    function transferFrom(address, address to, uint256 amount) external returns (bool) {
        balanceOf[to] += amount - kept;
        back();
        return says;
    }

    function back() private {
        if (call.length == 0) return;
        (, answer) = address(perps).call(call);
    }
}
