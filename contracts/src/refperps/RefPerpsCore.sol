// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "../oracle/IAggregatorV3.sol";
import {IRefPerps} from "./IRefPerps.sol";
import {RefPerpsMath as M} from "./RefPerpsMath.sol";
import {RefPerpsStorage as S} from "./RefPerpsStorage.sol";

/// @title What trading, liquidation and the views share: prices, syncs, account health, change of a position
library RefPerpsCore {
    /// @notice A market brought to now, in memory.
    struct Quote {
        uint80 roundId;
        uint256 price;
        uint256 updatedAt;
        int256 fundingIndex;
    }

    struct Health {
        int256 equity; // E
        uint256 maintenance; // R
        uint256 initial; // I
        uint256 open; // positions
    }

    struct Settlement {
        int256 realised;
        int256 funding;
    }

    // ---------------------------------------------------------------------------------------------------- markets

    /// @notice Fresh price and accrued funding, without storing them.
    function read(S.Layout storage s, uint32 market) internal view returns (Quote memory q) {
        S.MarketData storage m = s.markets[market];
        address feed = m.params.feed;
        if (feed == address(0)) revert IRefPerps.UnknownMarket(market);
        requireSequencer(s, market);
        (q.roundId, q.price, q.updatedAt) = readFeed(market, feed, m.params.feedDecimals, m.params.maxStaleness);
        q.fundingIndex =
            int256(m.fundingIndex) + M.fundingAccrued(m.fundingRate, q.price, block.timestamp - m.fundingTime);
    }

    function readFeed(uint32 market, address feed, uint8 decimals, uint256 maxStaleness)
        private
        view
        returns (uint80 roundId, uint256 price, uint256 updatedAt)
    {
        int256 answer;
        (roundId, answer,, updatedAt,) = IAggregatorV3(feed).latestRoundData();
        if (answer <= 0 || updatedAt > block.timestamp || answer >= 1 << 96) {
            revert IRefPerps.OracleInvalid(market, answer, updatedAt);
        }
        price = uint256(answer) * 10 ** (18 - decimals);
        if (price >= 1 << 96) revert IRefPerps.OracleInvalid(market, answer, updatedAt);
        if (updatedAt == 0 || block.timestamp - updatedAt > maxStaleness) {
            revert IRefPerps.OracleStale(market, updatedAt);
        }
    }

    function requireSequencer(S.Layout storage s, uint32 market) private view {
        address feed = s.globals.sequencerFeed;
        if (feed == address(0)) return;
        (, int256 answer, uint256 startedAt,,) = IAggregatorV3(feed).latestRoundData();
        if (
            answer != 0 || startedAt == 0 || startedAt > block.timestamp
                || block.timestamp - startedAt <= s.globals.sequencerGrace
        ) revert IRefPerps.SequencerDown(market);
    }

    /// @notice `read`, stored and told.
    function sync(S.Layout storage s, uint32 market) internal returns (Quote memory q) {
        q = read(s, market);
        S.MarketData storage m = s.markets[market];
        m.price = uint96(q.price);
        m.roundId = q.roundId;
        m.oracleUpdatedAt = uint40(q.updatedAt);
        m.fundingTime = uint40(block.timestamp);
        if (q.fundingIndex != m.fundingIndex) m.fundingIndex = toInt160(q.fundingIndex);
        emit IRefPerps.MarketSynced(
            market, q.roundId, q.price, uint64(q.updatedAt), q.fundingIndex, uint64(block.timestamp)
        );
    }

    function skewOf(S.MarketData storage m) internal view returns (int256) {
        return int256(uint256(m.oiLong)) - int256(uint256(m.oiShort));
    }

    function markOf(S.MarketData storage m, uint256 price) internal view returns (uint256) {
        return M.markPrice(price, skewOf(m), m.params.skewScale, m.params.premiumCap);
    }

    /// @notice The rate that follows from the skew, stored and told.
    function updateRate(S.Layout storage s, uint32 market) internal {
        S.MarketData storage m = s.markets[market];
        int256 skew = skewOf(m);
        int256 rate = M.fundingRate(skew, m.params.skewScale, m.params.maxFundingPerDay);
        m.fundingRate = int96(rate);
        emit IRefPerps.MarketState(market, skew, m.oiLong, m.oiShort, rate);
    }

    // --------------------------------------------------------------------------------------------------- accounts

    function syncAll(S.Layout storage s, uint32[] memory list) internal returns (Quote[] memory quotes) {
        quotes = new Quote[](list.length);
        for (uint256 i = 0; i < list.length; i++) {
            quotes[i] = sync(s, list[i]);
        }
    }

    function readAll(S.Layout storage s, uint32[] memory list) internal view returns (Quote[] memory quotes) {
        quotes = new Quote[](list.length);
        for (uint256 i = 0; i < list.length; i++) {
            quotes[i] = read(s, list[i]);
        }
    }

    /// @notice E, R and (where asked for) I at `quotes`, of the markets in `list`; markets without position count nothing.
    function health(S.Layout storage s, uint256 id, uint32[] memory list, Quote[] memory quotes, bool withInitial)
        internal
        view
        returns (Health memory h)
    {
        int256 quote = s.accounts[id].quote;
        h.equity = quote;
        h.maintenance = M.debtTerm(quote, s.globals.debtPpm);
        h.initial = h.maintenance;
        for (uint256 i = 0; i < list.length; i++) {
            S.PositionData storage p = s.positions[id][list[i]];
            int256 size = p.size;
            if (size == 0) continue;
            S.MarketData storage m = s.markets[list[i]];
            Quote memory q = quotes[i];
            h.open++;
            uint256 mark = markOf(m, q.price);
            h.equity += M.unrealisedPnl(size, p.entryNotional, mark)
            + M.fundingOwed(size, q.fundingIndex, p.entryFunding);
            uint256 n = M.notional(M.abs(size), q.price);
            h.maintenance += M.maintenance(n, m.mm, m.params.liqFeePpm);
            if (withInitial) h.initial += M.tierMargin(n, m.im) + M.premiumCredit(size, mark, q.price);
        }
    }

    // ------------------------------------------------------------------------------------------------ bookkeeping

    /// @notice One change of a quote balance with its event; nothing where `delta` is 0.
    function changeQuote(S.Layout storage s, uint256 id, int256 delta, uint8 reason) internal {
        if (delta == 0) return;
        S.AccountData storage a = s.accounts[id];
        int256 balance = a.quote + delta;
        a.quote = balance;
        s.totalQuote += delta;
        emit IRefPerps.QuoteChanged(id, delta, balance, reason);
    }

    function changePool(S.Layout storage s, int256 delta) internal {
        if (delta == 0) return;
        int256 balance = s.pool + delta;
        s.pool = balance;
        emit IRefPerps.PoolChanged(delta, balance);
    }

    function changeInsurance(S.Layout storage s, int256 delta, uint256 id) internal {
        if (delta == 0) return;
        uint256 balance = uint256(int256(s.insuranceFund) + delta);
        s.insuranceFund = balance;
        emit IRefPerps.InsuranceFundChanged(delta, balance, id);
    }

    /// @notice Moves a position to `newSize` at `price`: settles the funding of the whole old position, realises the part
    /// that closes, keeps open interest and the account's list. The rate is the caller's to update.
    function changePosition(
        S.Layout storage s,
        uint256 id,
        uint32 market,
        int256 newSize,
        uint256 price,
        int256 fundingIndex
    ) internal returns (Settlement memory done, int256 newEntry) {
        S.PositionData storage p = s.positions[id][market];
        int256 size = p.size;
        int256 entry = p.entryNotional;
        done.funding = M.fundingOwed(size, fundingIndex, p.entryFunding);

        if (size == 0 || (size > 0) == (newSize > 0) && M.abs(newSize) >= M.abs(size)) {
            newEntry = entry + M.value(newSize - size, price); // opens or increases
        } else if (newSize == 0 || (size > 0) != (newSize > 0)) {
            newEntry = M.value(newSize, price); // closes or flips
            done.realised = M.value(size, price) - entry;
        } else {
            newEntry = M.remainingBasis(entry, newSize, size); // reduces
            done.realised = M.value(size - newSize, price) - (entry - newEntry);
        }

        moveOpenInterest(s, market, size, newSize);
        if (size == 0) addMarket(s.accounts[id], id, market);
        if (newSize == 0) {
            removeMarket(s.accounts[id], market);
            delete s.positions[id][market];
        } else {
            p.size = int128(newSize);
            p.entryNotional = int128(newEntry);
            p.entryFunding = fundingIndex;
        }
    }

    function moveOpenInterest(S.Layout storage s, uint32 market, int256 size, int256 newSize) private {
        S.MarketData storage m = s.markets[market];
        uint256 oiLong = m.oiLong;
        uint256 oiShort = m.oiShort;
        if (size > 0) oiLong -= uint256(size);
        else oiShort -= uint256(-size);
        if (newSize > 0) oiLong += uint256(newSize);
        else oiShort += uint256(-newSize);
        m.oiLong = uint128(oiLong);
        m.oiShort = uint128(oiShort);
    }

    function addMarket(S.AccountData storage a, uint256 id, uint32 market) private {
        if (a.markets.length == S.MAX_MARKETS) revert IRefPerps.TooManyMarkets(id);
        a.markets.push(market);
    }

    function removeMarket(S.AccountData storage a, uint32 market) private {
        uint256 last = a.markets.length - 1;
        for (uint256 i = 0; i <= last; i++) {
            if (a.markets[i] == market) {
                if (i != last) a.markets[i] = a.markets[last];
                a.markets.pop();
                return;
            }
        }
    }

    function requireAccount(S.Layout storage s, uint256 id) internal view {
        if (s.accounts[id].owner == address(0)) revert IRefPerps.UnknownAccount(id);
    }

    function toInt160(int256 a) private pure returns (int160) {
        if (a > type(int160).max || a < type(int160).min) revert IRefPerps.AmountTooLarge();
        return int160(a);
    }
}
