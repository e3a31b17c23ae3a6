// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "./IRefPerps.sol";
import {RefPerpsCore as Core} from "./RefPerpsCore.sol";
import {RefPerpsMath as M} from "./RefPerpsMath.sol";
import {RefPerpsStorage as S} from "./RefPerpsStorage.sol";

/// @title Liquidation, bad debt and the views that judge an account, as a linked library
/// @notice Nothing here depends on the pause, on the pool, on the insurance fund or on tokens at hand: with fresh feeds
/// an account with a position and E < R can always be liquidated.
library RefPerpsLiquidation {
    struct Plan {
        bool full;
        uint256 minimal; // x*
        M.Close close;
    }

    /// @notice 1 sync every market of the account, 2 judge, 3 size, 4 move the position at the mark before the call,
    /// 5 penalty, reward and insurance. The caller sends the reward.
    function liquidatePosition(S.Layout storage s, uint256 id, uint32 market, uint256 closeSize)
        external
        returns (uint256 reward)
    {
        Core.requireAccount(s, id);
        uint32[] memory list = s.accounts[id].markets;
        uint256 at = indexOf(list, id, market);
        Core.Quote[] memory quotes = Core.syncAll(s, list);

        Core.Health memory h = Core.health(s, id, list, quotes, false);
        if (h.equity >= int256(h.maintenance)) revert IRefPerps.NotLiquidatable(id, h.equity, h.maintenance);

        Plan memory plan = planOf(s, id, market, h, quotes[at].price);
        if (closeSize == type(uint256).max) {
            closeSize = plan.minimal;
        } else if (!M.isAccepted(closeSize, plan.minimal, plan.close, s.markets[market].params.closeTolerance)) {
            revert IRefPerps.NotMinimal(closeSize, plan.minimal);
        }
        reward = execute(s, id, market, closeSize, plan, quotes[at]);
    }

    function resolveBadDebt(S.Layout storage s, uint256 id) external {
        Core.requireAccount(s, id);
        S.AccountData storage a = s.accounts[id];
        if (a.markets.length != 0 || a.quote >= 0) revert IRefPerps.NoBadDebt(id);
        uint256 debt = uint256(-a.quote);
        uint256 insured = debt < s.insuranceFund ? debt : s.insuranceFund;
        Core.changeQuote(s, id, int256(debt), S.REASON_BAD_DEBT);
        Core.changeInsurance(s, -int256(insured), id);
        Core.changePool(s, -int256(debt - insured));
        if (debt > insured) emit IRefPerps.BadDebt(id, debt - insured);
    }

    // ------------------------------------------------------------------------------------------------------- views

    function accountHealth(S.Layout storage s, uint256 id) external view returns (int256, uint256, uint256) {
        Core.Health memory h = judge(s, id, true);
        return (h.equity, h.maintenance, h.initial);
    }

    function liquidatable(S.Layout storage s, uint256 id) external view returns (bool) {
        Core.Health memory h = judge(s, id, false);
        return h.open != 0 && h.equity < int256(h.maintenance);
    }

    function minimalClose(S.Layout storage s, uint256 id, uint32 market) external view returns (uint256, bool) {
        if (s.positions[id][market].size == 0) return (0, false);
        Core.Health memory h = judge(s, id, false);
        if (h.equity >= int256(h.maintenance)) return (0, false);
        Plan memory plan = planOf(s, id, market, h, Core.read(s, market).price);
        return (plan.minimal, plan.full);
    }

    function markPrice(S.Layout storage s, uint32 market) external view returns (uint256 price, uint256 mark) {
        price = Core.read(s, market).price;
        mark = Core.markOf(s.markets[market], price);
    }

    // ------------------------------------------------------------------------------------------------------- parts

    function judge(S.Layout storage s, uint256 id, bool withInitial) private view returns (Core.Health memory) {
        Core.requireAccount(s, id);
        uint32[] memory list = s.accounts[id].markets;
        return Core.health(s, id, list, Core.readAll(s, list), withInitial);
    }

    function indexOf(uint32[] memory list, uint256 id, uint32 market) private pure returns (uint256) {
        for (uint256 i = 0; i < list.length; i++) {
            if (list[i] == market) return i;
        }
        revert IRefPerps.NoPosition(id, market);
    }

    function planOf(S.Layout storage s, uint256 id, uint32 market, Core.Health memory h, uint256 price)
        private
        view
        returns (Plan memory plan)
    {
        S.MarketData storage m = s.markets[market];
        M.Close memory c = plan.close;
        c.size = M.abs(s.positions[id][market].size);
        c.price = price;
        c.equity = h.equity;
        plan.full = M.isFull(h.equity, h.maintenance, m.params.partialFloorPpm);
        if (plan.full) {
            plan.minimal = c.size;
            return plan;
        }
        c.lot = m.params.lot;
        c.minNotional = m.params.minNotional;
        c.liqFeePpm = m.params.liqFeePpm;
        c.bufferPpm = m.params.bufferPpm;
        c.mm = m.mm;
        c.other = h.maintenance - M.maintenance(M.notional(c.size, price), c.mm, c.liqFeePpm);
        plan.minimal = M.minimalClose(c);
    }

    struct Money {
        uint256 mark;
        uint256 penalty;
        uint256 reward;
        int256 newSize;
        int256 newEntry;
    }

    function execute(S.Layout storage s, uint256 id, uint32 market, uint256 x, Plan memory plan, Core.Quote memory q)
        private
        returns (uint256)
    {
        Money memory v;
        S.MarketData storage m = s.markets[market];
        v.mark = Core.markOf(m, q.price);
        v.penalty = M.penaltyPaid(M.fee(M.notional(x, q.price), m.params.liqFeePpm), plan.close.equity);
        v.reward = M.keeperReward(
            v.penalty, m.params.keeperSharePpm, s.globals.stipend, s.insuranceFund, s.globals.keeperCap, s.cash
        );
        int256 size = s.positions[id][market].size;
        v.newSize = size > 0 ? size - int256(x) : size + int256(x);

        Core.Settlement memory done;
        (done, v.newEntry) = Core.changePosition(s, id, market, v.newSize, v.mark, q.fundingIndex);
        Core.changeQuote(s, id, done.funding, S.REASON_FUNDING);
        Core.changeQuote(s, id, done.realised, S.REASON_PNL);
        Core.changeQuote(s, id, -int256(v.penalty), S.REASON_PENALTY);
        s.cash -= v.reward;
        emit IRefPerps.PositionChanged(
            id,
            market,
            v.newSize,
            v.newEntry,
            v.newSize == 0 ? int256(0) : q.fundingIndex,
            done.realised,
            done.funding,
            v.mark,
            S.BY_LIQUIDATION
        );
        Core.changePool(s, -done.funding - done.realised);
        int256 toInsurance = int256(v.penalty) - int256(v.reward);
        Core.changeInsurance(s, toInsurance, id);
        emit IRefPerps.PositionLiquidated(
            id, market, msg.sender, x, v.newSize, v.mark, v.penalty, v.reward, toInsurance, plan.full
        );
        Core.updateRate(s, market);
        return v.reward;
    }
}
