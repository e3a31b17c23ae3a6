// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "./IRefPerps.sol";

/// @title Every formula of RefPerps, pure, in the order of SPEC.md
/// @notice Signed `/` truncates toward zero. `ceilDiv` is the only other rounding besides the floor of unsigned `/`.
/// All arithmetic is checked; SPEC.md section 9 has the bounds that keep it from overflowing.
library RefPerpsMath {
    uint256 internal constant WAD = 1e18;
    int256 internal constant IWAD = 1e18;
    uint256 internal constant PPM = 1e6;
    int256 internal constant IPPM = 1e6;
    int256 internal constant DAY = 86_400;

    // ---------------------------------------------------------------------------------------------------- basics

    function ceilDiv(uint256 a, uint256 b) internal pure returns (uint256) {
        return a == 0 ? 0 : (a - 1) / b + 1;
    }

    function abs(int256 a) internal pure returns (uint256) {
        return a < 0 ? uint256(-a) : uint256(a);
    }

    function clamp(int256 a, int256 bound) internal pure returns (int256) {
        return a > bound ? bound : a < -bound ? -bound : a;
    }

    // ---------------------------------------------------------------------------------------------------- market

    /// @return WAD, within +-cap
    function premium(int256 skew, uint256 skewScale, uint256 cap) internal pure returns (int256) {
        return clamp(skew * IWAD / int256(skewScale), int256(cap));
    }

    function markPrice(uint256 price, int256 skew, uint256 skewScale, uint256 cap) internal pure returns (uint256) {
        return price * uint256(IWAD + premium(skew, skewScale, cap)) / WAD;
    }

    /// @return WAD per day
    function fundingRate(int256 skew, uint256 skewScale, uint256 maxPerDay) internal pure returns (int256) {
        return clamp(skew * IWAD / int256(skewScale), IWAD) * int256(maxPerDay) / IWAD;
    }

    /// @notice What the funding index grows by in `elapsed` seconds at `rate` and `price`.
    function fundingAccrued(int256 rate, uint256 price, uint256 elapsed) internal pure returns (int256) {
        return rate * int256(price) * int256(elapsed) / (DAY * IWAD);
    }

    /// @notice Integral of the clamped premium from 0 to `skew` (even in `skew`), in units of size.
    /// Trading over an interval of skew costs the difference of two such areas: so splitting a trade, or going there
    /// and back, gains nothing.
    function premiumArea(int256 skew, uint256 skewScale, uint256 cap) internal pure returns (uint256) {
        uint256 s = abs(skew);
        uint256 corner = cap * skewScale / WAD;
        if (s <= corner) return s * s / (2 * skewScale);
        return corner * corner / (2 * skewScale) + (s - corner) * cap / WAD;
    }

    /// @notice Index price with the mean premium between the skew before and after. `sizeDelta` is not 0.
    function fillPrice(uint256 price, int256 skew, int256 sizeDelta, uint256 skewScale, uint256 cap)
        internal
        pure
        returns (uint256)
    {
        int256 area =
            int256(premiumArea(skew + sizeDelta, skewScale, cap)) - int256(premiumArea(skew, skewScale, cap));
        int256 p = int256(price);
        int256 fill = (sizeDelta * p + p * area) / sizeDelta;
        return fill < 0 ? 0 : uint256(fill);
    }

    // -------------------------------------------------------------------------------------------------- position

    /// @notice N: rounded up.
    function notional(uint256 size, uint256 price) internal pure returns (uint256) {
        return ceilDiv(size * price, WAD);
    }

    /// @notice Signed value of a signed size: truncated toward zero.
    function value(int256 size, uint256 price) internal pure returns (int256) {
        return size * int256(price) / IWAD;
    }

    function unrealisedPnl(int256 size, int256 entryNotional, uint256 mark) internal pure returns (int256) {
        return value(size, mark) - entryNotional;
    }

    /// @notice What the premium adds to the equity of a position, where it is in its favour. A trade moves the mark its own
    /// way: without asking for this on top of the initial margin, a large one would pay for its own margin.
    function premiumCredit(int256 size, uint256 mark, uint256 price) internal pure returns (uint256) {
        int256 credit = value(size, mark) - value(size, price);
        return credit > 0 ? uint256(credit) : 0;
    }

    /// @notice Credit to the account where positive.
    function fundingOwed(int256 size, int256 fundingIndex, int256 entryFunding) internal pure returns (int256) {
        return -(size * (fundingIndex - entryFunding) / IWAD);
    }

    /// @notice Cost basis that stays with `remaining` of `size` (same sign): the one rounding of the split. The closed
    /// part takes the rest, so that nothing is lost between the two.
    function remainingBasis(int256 entryNotional, int256 remaining, int256 size) internal pure returns (int256) {
        return entryNotional * remaining / size;
    }

    // ------------------------------------------------------------------------------------------------ requirement

    /// @notice Margin for notional `n`: each bracket's part at its own ratio, summed exactly and rounded up once.
    /// The last bracket has no upper bound, whatever its `upper` says.
    function tierMargin(uint256 n, IRefPerps.Tier[] memory tiers) internal pure returns (uint256) {
        uint256 last = tiers.length - 1;
        uint256 deduction = 0; // D_k, in USD * ppm
        uint256 k = 0;
        while (k < last && n > tiers[k].upper) {
            deduction += uint256(tiers[k].upper) * (tiers[k + 1].ppm - tiers[k].ppm);
            k++;
        }
        return ceilDiv(n * tiers[k].ppm - deduction, PPM);
    }

    /// @notice A fee of `ppm` on `n`: rounded up.
    function fee(uint256 n, uint256 ppm) internal pure returns (uint256) {
        return ceilDiv(n * ppm, PPM);
    }

    /// @notice MM + LF of a position of notional `n`.
    function maintenance(uint256 n, IRefPerps.Tier[] memory mm, uint256 liqFeePpm) internal pure returns (uint256) {
        return tierMargin(n, mm) + fee(n, liqFeePpm);
    }

    function debtTerm(int256 quote, uint256 debtPpm) internal pure returns (uint256) {
        return quote < 0 ? fee(uint256(-quote), debtPpm) : 0;
    }

    // ------------------------------------------------------------------------------------------------ liquidation

    /// @notice What the search for the minimal close knows. `other` is R without MM + LF of this position.
    struct Close {
        int256 equity;
        uint256 other;
        uint256 size; // |size|
        uint256 price; // index
        uint256 lot;
        uint256 minNotional;
        uint256 liqFeePpm;
        uint256 bufferPpm;
        IRefPerps.Tier[] mm;
    }

    /// @notice The mode: too little equity for a partial close.
    function isFull(int256 equity, uint256 requirement, uint256 partialFloorPpm) internal pure returns (bool) {
        return equity * IPPM < int256(requirement * partialFloorPpm);
    }

    /// @notice OK(x): after closing x at the mark and paying its whole penalty, equity covers R with the buffer.
    function restores(Close memory c, uint256 x) internal pure returns (bool) {
        uint256 left = notional(c.size - x, c.price);
        int256 equity = c.equity - int256(fee(notional(x, c.price), c.liqFeePpm));
        uint256 required = c.other + maintenance(left, c.mm, c.liqFeePpm);
        return equity * IPPM >= int256(required * (PPM + c.bufferPpm));
    }

    /// @notice x*: the fewest lots that restore the account, by bisection; the whole position where nothing less does or
    /// where the remainder would be below minNotional.
    function minimalClose(Close memory c) internal pure returns (uint256) {
        if (!restores(c, c.size)) return c.size;
        uint256 lo = 1;
        uint256 hi = ceilDiv(c.size, c.lot);
        while (lo < hi) {
            uint256 mid = (lo + hi) / 2;
            // mid < hi <= ceil(size / lot), so mid * lot < size
            if (restores(c, mid * c.lot)) hi = mid;
            else lo = mid + 1;
        }
        uint256 x = lo * c.lot;
        if (x >= c.size) return c.size;
        return notional(c.size - x, c.price) < c.minNotional ? c.size : x;
    }

    /// @notice Whether a keeper's own size is near enough to x* = `minimal`.
    function isAccepted(uint256 x, uint256 minimal, Close memory c, uint256 tolerance) internal pure returns (bool) {
        if (minimal == c.size) return x == c.size;
        if (x == 0 || x > c.size || x + tolerance <= minimal || x > minimal + tolerance) return false;
        if (x == c.size) return true;
        return x % c.lot == 0 && notional(c.size - x, c.price) >= c.minNotional;
    }

    /// @notice What the account pays: never more than its equity.
    function penaltyPaid(uint256 penalty, int256 equity) internal pure returns (uint256) {
        if (equity <= 0) return 0;
        return penalty < uint256(equity) ? penalty : uint256(equity);
    }

    /// @notice What the keeper gets: its share of the penalty (rounded down) and the stipend as far as the fund has it.
    function keeperReward(
        uint256 penalty,
        uint256 keeperSharePpm,
        uint256 stipend,
        uint256 fund,
        uint256 keeperCap,
        uint256 cash
    ) internal pure returns (uint256) {
        uint256 reward = penalty * keeperSharePpm / PPM + (stipend < fund ? stipend : fund);
        if (reward > keeperCap) reward = keeperCap;
        return reward < cash ? reward : cash;
    }
}
