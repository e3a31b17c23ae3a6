// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "../src/refperps/IRefPerps.sol";
import {RefPerpsMath as M} from "../src/refperps/RefPerpsMath.sol";
import {Test} from "./support/Test.sol";

contract MathTest is Test {
    uint256 private constant LIMIT = 1 << 96;

    // ------------------------------------------------------------------------------------------------------- tiers

    function tiersOf(uint256 seed) private pure returns (IRefPerps.Tier[] memory t) {
        t = new IRefPerps.Tier[](1 + seed % 12);
        uint256 upper = 0;
        uint256 ppm = 1;
        for (uint256 k = 0; k < t.length; k++) {
            seed = uint256(keccak256(abi.encode(seed)));
            upper += 1 + seed % 1e24;
            ppm += (seed >> 128) % 40_000;
            t[k] = IRefPerps.Tier(k + 1 == t.length ? type(uint128).max : uint128(upper), uint32(ppm));
        }
    }

    function marginalSum(uint256 n, IRefPerps.Tier[] memory t) private pure returns (uint256 sum) {
        uint256 below = 0;
        for (uint256 k = 0; k < t.length && n > below; k++) {
            uint256 to = k + 1 == t.length || n < t[k].upper ? n : t[k].upper;
            sum += (to - below) * t[k].ppm;
            below = to;
        }
        return M.ceilDiv(sum, 1e6);
    }

    function testFuzz_tier_formula_is_the_sum_over_brackets(uint256 seed, uint256 n) public pure {
        IRefPerps.Tier[] memory t = tiersOf(seed);
        n = bound(n, 0, uint256(t[t.length / 2].upper) + 2e24);
        eq(M.tierMargin(n, t), marginalSum(n, t), "tiers");
        for (uint256 k = 0; k + 1 < t.length; k++) {
            eq(M.tierMargin(t[k].upper, t), marginalSum(t[k].upper, t), "at U_k");
            eq(M.tierMargin(t[k].upper + 1, t), marginalSum(t[k].upper + 1, t), "at U_k + 1");
        }
    }

    function testFuzz_margin_grows_with_notional(uint256 seed, uint256 n, uint256 more) public pure {
        IRefPerps.Tier[] memory t = tiersOf(seed);
        n = bound(n, 0, 1 << 133);
        more = bound(more, 0, 1e24);
        yes(M.tierMargin(n + more, t) >= M.tierMargin(n, t), "monotone");
    }

    // ----------------------------------------------------------------------------------------------- minimal close

    function closeOf(uint256 seed) private pure returns (M.Close memory c) {
        c.mm = tiersOf(seed);
        c.lot = 1e15 * (1 + seed % 7);
        c.size = 1e15 * bound(uint256(keccak256(abi.encode(seed, 1))), 1, 300);
        c.price = bound(uint256(keccak256(abi.encode(seed, 2))), 1, 1e24);
        c.minNotional = uint256(keccak256(abi.encode(seed, 3))) % 2 == 0 ? 1 : M.notional(c.size, c.price) / 5 + 1;
        c.liqFeePpm = uint256(keccak256(abi.encode(seed, 4))) % 12_501;
        c.bufferPpm = uint256(keccak256(abi.encode(seed, 5))) % 250_001;
        c.other = uint256(keccak256(abi.encode(seed, 6))) % (M.notional(c.size, c.price) / 50 + 1);
        uint256 r = c.other + M.maintenance(M.notional(c.size, c.price), c.mm, c.liqFeePpm);
        c.equity = int256(uint256(keccak256(abi.encode(seed, 7))) % (r + 1)) - 1;
    }

    function testFuzz_minimal_close_is_what_trying_every_lot_finds(uint256 seed) public pure {
        M.Close memory c = closeOf(seed);
        uint256 found = c.size;
        for (uint256 x = c.lot; x < c.size; x += c.lot) {
            if (M.restores(c, x)) {
                found = x;
                break;
            }
        }
        bool whole = !M.restores(c, c.size) || M.notional(c.size - found, c.price) < c.minNotional;
        uint256 minimal = M.minimalClose(c);
        eq(minimal, whole ? c.size : found, "x*");
        yes(M.isAccepted(minimal, minimal, c, c.lot), "x* itself is accepted");
        if (minimal < c.size && minimal > c.lot) {
            no(M.restores(c, minimal - c.lot), "a lot less does not do");
            no(M.isAccepted(minimal - c.lot, minimal, c, c.lot), "nor is it accepted");
        }
    }

    function testFuzz_a_close_at_the_bounds_of_the_types_does_not_overflow(uint256 size, uint256 price, int256 equity)
        public
        pure
    {
        M.Close memory c;
        c.mm = tiersOf(size);
        c.lot = 1 + price % 1e18;
        c.size = bound(size, 1, LIMIT - 1);
        c.price = bound(price, 1, LIMIT - 1);
        c.minNotional = type(uint128).max;
        c.liqFeePpm = 1e5;
        c.bufferPpm = 1e6;
        c.other = 1 << 140;
        c.equity = equity % (1 << 200);
        uint256 x = M.minimalClose(c);
        yes(x > 0 && x <= c.size, "in range");
        M.isFull(c.equity, c.other, 1e6);
    }

    // ------------------------------------------------------------------------------------------------------- price

    function cost(int256 skew, int256 delta, uint256 scale, uint256 cap) private pure returns (int256) {
        return delta * int256(M.fillPrice(2_000e18, skew, delta, scale, cap)) / 1e18;
    }

    /// @dev The price that the mean of the two end points would give.
    function naiveCost(int256 skew, int256 delta, uint256 scale, uint256 cap) private pure returns (int256) {
        int256 mean = (M.premium(skew, scale, cap) + M.premium(skew + delta, scale, cap)) / 2;
        return delta * (2_000e18 * (1e18 + mean) / 1e18) / 1e18;
    }

    function testFuzz_a_round_trip_in_any_parts_gains_nothing(int256 skew, uint256 a, uint256 b, bool long)
        public
        pure
    {
        skew = skew % 1e25;
        int256 first = int256(bound(a, 1e15, 1e24));
        int256 second = int256(bound(b, 1e15, 1e24));
        if (!long) (first, second) = (-first, -second);
        int256 whole = cost(skew, first + second, 1e24, 0.05e18);
        int256 parts = cost(skew, first, 1e24, 0.05e18) + cost(skew + first, second, 1e24, 0.05e18);
        int256 back = cost(skew + first + second, -first - second, 1e24, 0.05e18);
        int256 dust = 3e12; // price is rounded to 1 wei, sizes go to 1e24
        yes(M.abs(whole - parts) < uint256(dust), "splitting");
        eq(whole, -back, "there and back");
    }

    function test_control_the_mean_of_end_points_can_be_gamed_by_splitting() public pure {
        // buy over the kink of the cap in one go, sell in two: the chord lies below the curve
        int256 buy = naiveCost(0, 100_000e18, 1_000_000e18, 0.05e18);
        int256 sell = naiveCost(100_000e18, -50_000e18, 1_000_000e18, 0.05e18)
            + naiveCost(50_000e18, -50_000e18, 1_000_000e18, 0.05e18);
        yes(buy + sell < -1_000_000e18, "a gain of more than a million");
        buy = cost(0, 100_000e18, 1_000_000e18, 0.05e18);
        sell = cost(100_000e18, -50_000e18, 1_000_000e18, 0.05e18) + cost(50_000e18, -50_000e18, 1_000_000e18, 0.05e18);
        eq(buy + sell, 0, "the area gives none");
    }

    function testFuzz_fill_lies_between_the_marks_before_and_after(int256 skew, int256 delta) public pure {
        skew = skew % 1e25;
        delta = delta % 1e25;
        if (delta == 0) delta = 1;
        uint256 before = M.markPrice(2_000e18, skew, 1e24, 0.05e18);
        uint256 afterwards = M.markPrice(2_000e18, skew + delta, 1e24, 0.05e18);
        uint256 fill = M.fillPrice(2_000e18, skew, delta, 1e24, 0.05e18);
        uint256 dust = 4_000e18 / M.abs(delta) + 4_000; // areas are rounded to 1 wei of size
        (uint256 lo, uint256 hi) = before < afterwards ? (before, afterwards) : (afterwards, before);
        yes(fill + dust >= lo && fill <= hi + dust, "between");
    }

    // ------------------------------------------------------------------------------------------------------- money

    function testFuzz_reward_is_covered(uint256 penalty, uint256 stipend, uint256 fund, uint256 cap, uint256 cash)
        public
        pure
    {
        penalty = bound(penalty, 0, 1 << 150);
        stipend = bound(stipend, 0, 1 << 127);
        fund = bound(fund, 0, 1 << 150);
        uint256 reward = M.keeperReward(penalty, 400_000, stipend, fund, cap, cash);
        yes(reward <= cap && reward <= cash, "caps");
        yes(reward <= penalty + fund, "the fund never goes below zero");
        if (penalty >= 3 && cap > 0 && cash > 0) yes(reward > 0, "a penalty pays the keeper");
    }

    function testFuzz_a_split_of_the_basis_loses_nothing(int256 size, uint256 part, uint256 price) public pure {
        int256 sign = size < 0 ? -1 : int256(1);
        uint256 whole = bound(M.abs(size / 2), 2, LIMIT - 1);
        uint256 left = bound(part, 1, whole - 1);
        price = bound(price, 1, LIMIT - 1);
        int256 entry = sign * int256(whole * price / 1e18);
        int256 kept = M.remainingBasis(entry, sign * int256(left), sign * int256(whole));
        yes(M.abs(kept) <= M.abs(entry), "at most all");
        yes(M.abs(kept) == left * M.abs(entry) / whole, "toward zero");
    }
}
