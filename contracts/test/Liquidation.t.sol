// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "../src/refperps/IRefPerps.sol";
import {RefPerpsMath as M} from "../src/refperps/RefPerpsMath.sol";
import {Exchange} from "./support/Exchange.sol";

contract LiquidationTest is Exchange {
    // ---------------------------------------------------------------------------------------- what makes liquidatable

    function test_equity_equal_to_the_requirement_is_healthy_and_one_wei_less_is_not() public {
        uint256 id = opened(4_500e18, ETH, 50e18);
        setPrice(ETH, 1_900e8);
        uint256 snapshot = vm.snapshotState();

        raiseTo(id, 0);
        no(perps.liquidatable(id), "E = R is healthy");
        (int256 e, uint256 r) = health(id);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NotLiquidatable.selector, id, e, r));
        liquidate(id, ETH, MAX);

        vm.revertToState(snapshot);
        raiseTo(id, -1);
        yes(perps.liquidatable(id), "E = R - 1 is not");
        liquidate(id, ETH, MAX);
    }

    function test_requirement_on_both_sides_of_a_tier_boundary() public {
        uint256 id = opened(20_000e18, ETH, 50e18); // N = 100,000 = U_0 at 2,000
        (, uint256 r) = health(id);
        eq(r, 1_000e18 + 500e18, "N = U_0: 1 % of it, and the fee");
        setPrice(ETH, 2_000e8 + 1); // N = U_0 + 5e11
        (, r) = health(id);
        eq(r, 1_000e18 + uint256(5e11) * 25_000 / 1e6 + 500e18 + uint256(5e11) * 5_000 / 1e6, "the excess at 2.5 %");
        eq(M.tierMargin(100_000e18, mmTiers()), 1_000e18, "U_0");
        eq(M.tierMargin(100_000e18 + 1, mmTiers()), 1_000e18 + 1, "U_0 + 1 wei rounds up");
        eq(M.tierMargin(1_000_000e18, mmTiers()), 23_500e18, "U_1");
        eq(M.tierMargin(1_000_000e18 + 20, mmTiers()), 23_500e18 + 1, "U_1 + 20 wei");
        eq(M.tierMargin(1_000_000e18 + 21, mmTiers()), 23_500e18 + 2, "U_1 + 21 wei");
    }

    function test_a_price_over_one_tier_boundary_makes_a_short_liquidatable_that_a_flat_schedule_would_spare() public {
        uint256 id = opened(16_000e18, ETH, -50e18);
        setPrice(ETH, 2_300e8);
        raiseTo(id, -100e18); // below by less than the second bracket asks for
        yes(perps.liquidatable(id), "with the bracket");
        IRefPerps.Tier[] memory flat = new IRefPerps.Tier[](1);
        flat[0] = IRefPerps.Tier(type(uint128).max, 10_000);
        perps.setMarketTiers(ETH, flat, imTiers());
        no(perps.liquidatable(id), "control: without it");
    }

    function test_time_alone_makes_an_account_liquidatable_through_funding() public {
        setParams(ETH, fundingOnly);
        opened(10_000_000e18, ETH, 40_000e18);
        uint256 id = opened(2_300e18, ETH, 50e18);
        no(perps.liquidatable(id), "at first");
        vm.warp(block.timestamp + 1 days);
        yes(perps.liquidatable(id), "a day of funding later, with no log at all");
        liquidate(id, ETH, MAX);
        assertSolvent();
    }

    function fundingOnly(IRefPerps.MarketParams memory p) internal pure {
        (p.maxStaleness, p.premiumCap) = (30 days, 0);
    }

    function test_another_users_trade_makes_an_account_liquidatable_through_the_premium() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        no(perps.liquidatable(id), "at first");
        opened(10_000_000e18, ETH, -4_000e18);
        yes(perps.liquidatable(id), "the mark fell, the index did not");
        liquidate(id, ETH, MAX);
        assertSolvent();
    }

    function test_an_isolated_account_is_not_saved_by_its_owners_cross_account() public {
        uint256 rich = open(1_000_000e18);
        uint256 id = perps.openAccount(1, ETH);
        perps.deposit(id, 2_300e18);
        trade(id, ETH, 50e18);
        setPrice(ETH, 1_970e8);
        yes(perps.liquidatable(id), "the silo");
        no(perps.liquidatable(rich), "the other one");
        liquidate(id, ETH, MAX);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.WrongMarket.selector, id, SOL));
        trade(id, SOL, 1e18);
    }

    function test_a_cross_account_is_saved_by_its_other_position() public {
        uint256 id = opened(4_400e18, ETH, 50e18);
        trade(id, SOL, -900e18);
        setPrice(ETH, 1_950e8); // -2,500
        uint256 snapshot = vm.snapshotState();
        yes(perps.liquidatable(id), "the loss alone");
        vm.revertToState(snapshot);
        setPrice(SOL, 95e8); // +4,500
        no(perps.liquidatable(id), "the gain of the other market counts");
    }

    function test_debt_raises_the_requirement_by_the_debt_ratio() public {
        uint256 id = opened(4_400e18, ETH, 50e18);
        trade(id, SOL, -900e18);
        setPrice(ETH, 1_900e8);
        setPrice(SOL, 93e8);
        close(id, ETH); // realises -5,000
        int256 quote = perps.getAccount(id).quote;
        yes(quote < 0, "in debt");
        (, uint256 r) = health(id);
        uint256 n = uint256(900e18) * 93e18 / 1e18;
        eq(r, M.maintenance(n, mmTiers(), 5_000) + M.ceilDiv(uint256(-quote) * 100_000, 1e6), "R");
        vm.expectPartialRevert(IRefPerps.InsufficientQuote.selector);
        perps.withdraw(id, 1);
    }

    // ------------------------------------------------------------------------------------------------------ oracle

    function test_a_stale_feed_blocks_everything_that_needs_it_and_a_new_round_unblocks() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        setPrice(ETH, 1_970e8);
        uint256 at = START;
        vm.warp(at + 3_600);
        yes(perps.liquidatable(id), "exactly maxStaleness old is fresh");
        vm.warp(at + 3_601);
        bytes memory stale = abi.encodeWithSelector(IRefPerps.OracleStale.selector, ETH, at);
        vm.expectRevert(stale);
        perps.liquidatable(id);
        vm.expectRevert(stale);
        liquidate(id, ETH, MAX);
        vm.expectRevert(stale);
        trade(id, ETH, 1e18);
        vm.expectRevert(stale);
        perps.withdraw(id, 1);
        vm.expectRevert(stale);
        perps.sync(ETH);
        perps.deposit(id, 1); // needs no price
        setPrice(ETH, 1_970e8);
        liquidate(id, ETH, MAX);
    }

    function test_one_stale_feed_blocks_an_account_with_a_fresh_one_and_no_other_account() public {
        uint256 id = opened(5_000e18, ETH, 50e18);
        trade(id, SOL, 10e18);
        uint256 other = opened(2_300e18, ETH, 50e18);
        uint256 at = START;
        vm.warp(at + 3_601);
        setPrice(ETH, 1_900e8);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.OracleStale.selector, SOL, at));
        liquidate(id, ETH, MAX);
        liquidate(other, ETH, MAX);
    }

    function test_answers_that_are_no_price_are_refused() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        setPrice(ETH, 0);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.OracleInvalid.selector, ETH, int256(0), block.timestamp));
        liquidate(id, ETH, MAX);
        feeds[ETH].transmit(-1);
        vm.expectPartialRevert(IRefPerps.OracleInvalid.selector);
        liquidate(id, ETH, MAX);
        feeds[ETH].transmit(int192(int256(uint256(1 << 96) / 1e10 + 1)));
        vm.expectPartialRevert(IRefPerps.OracleInvalid.selector);
        liquidate(id, ETH, MAX);
        setPrice(ETH, 1_970e8);
        vm.warp(block.timestamp - 1);
        vm.expectPartialRevert(IRefPerps.OracleInvalid.selector);
        perps.accountHealth(id);
    }

    function test_the_sequencer_blocks_while_down_and_during_its_grace() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        setPrice(ETH, 1_970e8);
        IRefPerps.GlobalParams memory g = globals();
        SequencerFeed sequencer = new SequencerFeed();
        g.sequencerFeed = address(sequencer);
        g.sequencerGrace = 600;
        perps.setGlobalParams(g);
        bytes memory down = abi.encodeWithSelector(IRefPerps.SequencerDown.selector, ETH);
        sequencer.set(1, block.timestamp - 1_000);
        vm.expectRevert(down);
        liquidate(id, ETH, MAX);
        sequencer.set(0, block.timestamp - 600);
        vm.expectRevert(down);
        liquidate(id, ETH, MAX);
        sequencer.set(0, block.timestamp - 601);
        liquidate(id, ETH, MAX);
    }

    // ----------------------------------------------------------------------------------------------- minimal close

    function partialCase() internal returns (uint256 id, uint256 minimal) {
        id = opened(2_300e18, ETH, 50e18);
        setPrice(ETH, 1_975e8);
        bool full;
        (minimal, full) = perps.minimalClose(id, ETH);
        no(full, "partial mode");
        yes(minimal > 0 && minimal < 50e18, "a part");
    }

    function test_a_partial_close_restores_the_buffer_and_one_lot_less_would_not() public {
        setParams(ETH, noPremium); // a close moves the skew, and the mark with it; OK(x) leaves that out
        (uint256 id, uint256 minimal) = partialCase();
        liquidate(id, ETH, MAX);
        eq(uint256(perps.getPosition(id, ETH).size), 50e18 - minimal, "remaining");
        (int256 e, uint256 r) = health(id);
        yes(e * 1e6 >= int256(r) * 1_100_000, "buffer restored");
        no(perps.liquidatable(id), "healthy");
        int256 excess = e * 1e6 - int256(r) * 1_100_000;
        yes(excess < 1.975e18 * 40_000, "by less than a lot's worth");
        assertSolvent();
    }

    function noPremium(IRefPerps.MarketParams memory p) internal pure {
        p.premiumCap = 0;
    }

    function test_with_a_premium_a_partial_close_leaves_the_account_healthy_within_its_buffer() public {
        (uint256 id,) = partialCase();
        liquidate(id, ETH, MAX);
        (int256 e, uint256 r) = health(id);
        yes(e * 1e6 < int256(r) * 1_100_000, "the own close moved the mark against the rest");
        no(perps.liquidatable(id), "the buffer covers it");
    }

    function test_the_tolerance_is_open_below_and_closed_above() public {
        (uint256 id, uint256 minimal) = partialCase();
        uint256 tolerance = 0.01e18;
        uint256 lot = 0.001e18;
        expectAccepted(id, minimal - tolerance, false);
        expectAccepted(id, minimal - tolerance + lot, true);
        expectAccepted(id, minimal, true);
        expectAccepted(id, minimal + 1, false); // no multiple of lot
        expectAccepted(id, minimal + tolerance, true);
        expectAccepted(id, minimal + tolerance + lot, false);
        expectAccepted(id, 50e18, false);
        expectAccepted(id, 0, false);
        expectAccepted(id, 50e18 + lot, false);
    }

    function expectAccepted(uint256 id, uint256 size, bool accepted) internal {
        uint256 snapshot = vm.snapshotState();
        (uint256 minimal,) = perps.minimalClose(id, ETH);
        if (!accepted) vm.expectRevert(abi.encodeWithSelector(IRefPerps.NotMinimal.selector, size, minimal));
        liquidate(id, ETH, size);
        vm.revertToState(snapshot);
    }

    function test_a_remainder_below_the_minimum_notional_closes_the_whole_position() public {
        (uint256 id, uint256 minimal) = partialCase();
        uint256 left = 50e18 - minimal;
        uint256 n = M.notional(left, 1_975e18);
        minNotional = n;
        setMinNotional();
        (uint256 x,) = perps.minimalClose(id, ETH);
        eq(x, minimal, "equal to the minimum stays");
        minNotional = n + 1;
        setMinNotional();
        bool full;
        (x, full) = perps.minimalClose(id, ETH);
        eq(x, 50e18, "one wei more: all of it");
        no(full, "still in partial mode");
        expectAccepted(id, minimal, false);
        liquidate(id, ETH, MAX);
        eq(perps.getAccount(id).markets.length, 0, "closed");
    }

    uint256 private minNotional;

    function setMinNotional() internal {
        IRefPerps.MarketParams memory p = perps.getMarketParams(ETH);
        p.minNotional = uint128(minNotional);
        perps.setMarketParams(ETH, p);
    }

    function test_full_mode_begins_one_wei_below_the_floor() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        setPrice(ETH, 1_900e8);
        uint256 snapshot = vm.snapshotState();
        (, uint256 r) = health(id);
        yes(r % 2 == 0, "R is even here");
        raiseTo(id, -int256(r / 2));
        (, bool full) = perps.minimalClose(id, ETH);
        no(full, "E = R / 2 is partial");
        vm.revertToState(snapshot);
        raiseTo(id, -int256(r / 2) - 1);
        uint256 x;
        (x, full) = perps.minimalClose(id, ETH);
        yes(full, "one wei below is full");
        eq(x, 50e18, "all of it");
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NotMinimal.selector, 50e18 - 0.001e18, 50e18));
        liquidate(id, ETH, 50e18 - 0.001e18);
        liquidate(id, ETH, 50e18);
    }

    function test_where_one_market_is_not_enough_the_next_follows() public {
        uint256 id = opened(4_600e18, ETH, 50e18);
        trade(id, SOL, 900e18);
        setPrice(ETH, 1_960e8);
        setPrice(SOL, 99e8);
        (uint256 x, bool full) = perps.minimalClose(id, SOL);
        no(full, "partial mode");
        yes(x <= 900e18, "at most all");
        liquidate(id, SOL, MAX);
        if (perps.liquidatable(id)) liquidate(id, ETH, MAX);
        no(perps.liquidatable(id), "healthy in the end");
        assertSolvent();
    }

    function test_what_cannot_be_liquidated_says_why() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NoPosition.selector, id, SOL));
        liquidate(id, SOL, MAX);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.UnknownAccount.selector, 99));
        liquidate(99, ETH, MAX);
        vm.expectPartialRevert(IRefPerps.NotLiquidatable.selector);
        liquidate(id, ETH, MAX);
        (uint256 x, bool full) = perps.minimalClose(id, ETH);
        eq(x, 0, "nothing to close");
        no(full, "no mode");
    }

    // ------------------------------------------------------------------------------------------------------- money

    function test_keeper_gets_its_share_and_the_stipend_and_the_fund_the_rest() public {
        (uint256 id, uint256 x) = partialCase();
        uint256 fund = perps.insuranceFund();
        uint256 reward = liquidate(id, ETH, MAX);
        uint256 penalty = M.fee(M.notional(x, 1_975e18), 5_000);
        eq(reward, penalty * 400_000 / 1e6 + 2e18, "reward");
        eq(token.balanceOf(keeper), reward, "paid in quote tokens");
        eq(perps.insuranceFund(), fund + penalty - reward, "fund");
    }

    function test_the_penalty_ends_at_the_equity_and_below_zero_the_keeper_gets_the_stipend() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        setPrice(ETH, 1_900e8);
        uint256 snapshot = vm.snapshotState();
        (int256 e,) = health(id);
        yes(e < 0, "under water");
        eq(liquidate(id, ETH, MAX), 2e18, "stipend alone");
        eq(perps.insuranceFund(), 998e18, "from the fund");
        eq(perps.getAccount(id).quote, e, "no penalty");

        vm.revertToState(snapshot);
        perps.deposit(id, uint256(7 - e));
        eq(liquidate(id, ETH, MAX), 2e18 + 2, "40 % of 7 wei, rounded down");
        eq(perps.getAccount(id).quote, 0, "penalty = E");
        assertSolvent();
    }

    function test_the_stipend_ends_at_the_fund_and_the_reward_at_the_cap() public {
        IRefPerps.GlobalParams memory g = globals();
        g.stipend = 5_000e18;
        perps.setGlobalParams(g);
        uint256 id = opened(2_300e18, ETH, 50e18);
        setPrice(ETH, 1_900e8);
        uint256 snapshot = vm.snapshotState();
        eq(liquidate(id, ETH, MAX), 1_000e18, "what the fund had");
        eq(perps.insuranceFund(), 0, "empty, not negative");
        vm.revertToState(snapshot);
        g.keeperCap = 7e18;
        perps.setGlobalParams(g);
        eq(liquidate(id, ETH, MAX), 7e18, "cap");
    }

    function test_a_full_liquidation_leaves_debt_that_the_fund_pays_first_and_the_pool_then() public {
        uint256 id = opened(2_300e18, ETH, 50e18);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NoBadDebt.selector, id));
        perps.resolveBadDebt(id);
        setPrice(ETH, 1_800e8);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NoBadDebt.selector, id)); // still a position
        perps.resolveBadDebt(id);
        liquidate(id, ETH, MAX);
        int256 debt = -perps.getAccount(id).quote;
        int256 fund = int256(perps.insuranceFund());
        yes(debt > fund, "more than the fund");
        int256 pool = perps.pool();
        perps.resolveBadDebt(id);
        eq(perps.getAccount(id).quote, 0, "settled");
        eq(perps.insuranceFund(), 0, "fund first");
        eq(perps.pool(), pool - (debt - fund), "pool the rest");
        assertSolvent();
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.NoBadDebt.selector, id));
        perps.resolveBadDebt(id);
    }

    function test_a_pause_stops_trading_and_withdrawal_and_never_a_liquidation() public {
        (uint256 id,) = partialCase();
        perps.setPaused(3);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.Paused.selector, 0));
        trade(id, ETH, 1e18);
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.Paused.selector, 1));
        perps.withdraw(id, 1);
        liquidate(id, ETH, MAX);
    }

    function test_sixteen_markets_fit_and_all_of_them_can_be_liquidated() public {
        for (uint256 i = 3; i <= 17; i++) {
            list(bytes32(i), 100e8);
        }
        uint256 id = open(1_000e18);
        for (uint32 m = 1; m <= 16; m++) {
            trade(id, m, m == 1 ? int256(0.5e18) : int256(10e18));
        }
        vm.expectRevert(abi.encodeWithSelector(IRefPerps.TooManyMarkets.selector, id));
        trade(id, 17, 10e18);
        for (uint32 m = 2; m <= 16; m++) {
            setPrice(m, 94e8);
        }
        uint256 gasBefore = gasleft();
        liquidate(id, 7, MAX);
        emit log_named_uint("gas: first of 16 markets", gasBefore - gasleft());
        while (perps.liquidatable(id)) {
            liquidate(id, perps.getAccount(id).markets[0], MAX);
        }
        assertSolvent();
    }
}

contract SequencerFeed {
    int256 private answer;
    uint256 private startedAt;

    function set(int256 answer_, uint256 startedAt_) external {
        (answer, startedAt) = (answer_, startedAt_);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (1, answer, startedAt, startedAt, 1);
    }
}
