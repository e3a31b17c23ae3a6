// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "./IRefPerps.sol";
import {RefPerpsCore as Core} from "./RefPerpsCore.sol";
import {RefPerpsMath as M} from "./RefPerpsMath.sol";
import {RefPerpsStorage as S} from "./RefPerpsStorage.sol";

/// @title Accounts, withdrawals and trades, as a linked library
library RefPerpsTrading {
    uint256 internal constant MAX_SIZE = 1 << 96;
    uint256 internal constant MAX_ENTRY = 1 << 127;
    uint256 internal constant MAX_OPEN_INTEREST = 1 << 120;

    function openAccount(S.Layout storage s, uint8 mode, uint32 isolatedMarket) external returns (uint256 id) {
        if (mode > S.MODE_ISOLATED) revert IRefPerps.InvalidParams("mode");
        if (mode == S.MODE_ISOLATED) {
            if (s.markets[isolatedMarket].params.feed == address(0)) revert IRefPerps.UnknownMarket(isolatedMarket);
        } else if (isolatedMarket != 0) {
            revert IRefPerps.InvalidParams("isolatedMarket");
        }
        id = ++s.accountCount;
        S.AccountData storage a = s.accounts[id];
        a.owner = msg.sender;
        a.mode = mode;
        a.isolatedMarket = isolatedMarket;
        emit IRefPerps.AccountOpened(id, msg.sender, mode, isolatedMarket);
    }

    function transferAccount(S.Layout storage s, uint256 id, address to) external {
        requireOwner(s, id);
        if (to == address(0)) revert IRefPerps.InvalidParams("to");
        s.accounts[id].owner = to;
        emit IRefPerps.AccountTransferred(id, to);
    }

    /// @notice Books the withdrawal; the caller sends the tokens.
    function withdraw(S.Layout storage s, uint256 id, uint256 amount) external {
        requireOwner(s, id);
        if (s.paused & S.PAUSE_WITHDRAWAL != 0) revert IRefPerps.Paused(1);
        if (amount == 0) revert IRefPerps.ZeroAmount();
        if (amount >= 1 << 128) revert IRefPerps.AmountTooLarge();
        int256 available = s.totalQuote + s.pool;
        if (int256(amount) > available) revert IRefPerps.InsufficientLiquidity(amount, available);

        uint32[] memory list = s.accounts[id].markets;
        Core.Quote[] memory quotes = Core.syncAll(s, list);
        Core.changeQuote(s, id, -int256(amount), S.REASON_WITHDRAW);
        s.cash -= amount;

        int256 quote = s.accounts[id].quote;
        if (quote < 0) revert IRefPerps.InsufficientQuote(id, quote);
        requireMargin(id, Core.health(s, id, list, quotes, true), false);
    }

    /// @notice 1 sync every market concerned, 2 price, 3 move the position, 4 settle against the pool, 5 check margin.
    function trade(S.Layout storage s, uint256 id, uint32 market, int256 sizeDelta, uint256 limitPrice) external {
        requireOwner(s, id);
        if (s.paused & S.PAUSE_TRADING != 0) revert IRefPerps.Paused(0);
        S.AccountData storage a = s.accounts[id];
        if (a.mode == S.MODE_ISOLATED && market != a.isolatedMarket) revert IRefPerps.WrongMarket(id, market);
        if (sizeDelta == 0) revert IRefPerps.ZeroAmount();

        int256 size = s.positions[id][market].size;
        (uint32[] memory list, uint256 at) = withMarket(a.markets, market);
        Core.Quote[] memory quotes = Core.syncAll(s, list);

        int256 newSize = checkedSize(s.markets[market], size, sizeDelta, quotes[at].price);
        uint256 fill = priceOf(s.markets[market], sizeDelta, quotes[at].price, limitPrice);
        settle(s, id, market, newSize, sizeDelta, fill, quotes[at].fundingIndex);
        if (s.markets[market].oiLong > MAX_OPEN_INTEREST || s.markets[market].oiShort > MAX_OPEN_INTEREST) {
            revert IRefPerps.OpenInterestTooLarge(market);
        }

        bool reduces = newSize == 0 || (size > 0) == (newSize > 0) && M.abs(newSize) < M.abs(size);
        requireMargin(id, Core.health(s, id, list, quotes, true), reduces);
    }

    // ------------------------------------------------------------------------------------------------------- parts

    function requireOwner(S.Layout storage s, uint256 id) private view {
        Core.requireAccount(s, id);
        if (s.accounts[id].owner != msg.sender) revert IRefPerps.NotAccountOwner(id);
    }

    /// @notice The account's markets and, where it is not among them, `market` at the end.
    function withMarket(uint32[] storage stored, uint32 market)
        private
        view
        returns (uint32[] memory list, uint256 at)
    {
        uint256 count = stored.length;
        for (at = 0; at < count; at++) {
            if (stored[at] == market) return (stored, at);
        }
        list = new uint32[](count + 1);
        for (uint256 i = 0; i < count; i++) {
            list[i] = stored[i];
        }
        list[count] = market;
    }

    /// @notice A trade that closes the position exactly is allowed whatever the lot is (the lot may have changed).
    function checkedSize(S.MarketData storage m, int256 size, int256 sizeDelta, uint256 price)
        private
        view
        returns (int256 newSize)
    {
        if (M.abs(sizeDelta) >= MAX_SIZE) revert IRefPerps.SizeTooLarge();
        newSize = size + sizeDelta;
        if (newSize == 0) return 0;
        uint256 lot = m.params.lot;
        if (M.abs(sizeDelta) % lot != 0) revert IRefPerps.NotLotMultiple(M.abs(sizeDelta), lot);
        if (M.abs(newSize) >= MAX_SIZE) revert IRefPerps.SizeTooLarge();
        uint256 n = M.notional(M.abs(newSize), price);
        if (n < m.params.minNotional) revert IRefPerps.BelowMinNotional(n, m.params.minNotional);
    }

    function priceOf(S.MarketData storage m, int256 sizeDelta, uint256 price, uint256 limitPrice)
        private
        view
        returns (uint256 fill)
    {
        fill = M.fillPrice(price, Core.skewOf(m), sizeDelta, m.params.skewScale, m.params.premiumCap);
        if (sizeDelta > 0 ? fill > limitPrice : fill < limitPrice) revert IRefPerps.PriceLimit(fill, limitPrice);
    }

    function settle(
        S.Layout storage s,
        uint256 id,
        uint32 market,
        int256 newSize,
        int256 sizeDelta,
        uint256 fill,
        int256 fundingIndex
    ) private {
        (Core.Settlement memory done, int256 newEntry) = Core.changePosition(s, id, market, newSize, fill, fundingIndex);
        if (M.abs(newEntry) >= MAX_ENTRY) revert IRefPerps.SizeTooLarge();
        uint256 fee = M.fee(M.notional(M.abs(sizeDelta), fill), s.markets[market].params.takerFeePpm);

        Core.changeQuote(s, id, done.funding, S.REASON_FUNDING);
        Core.changeQuote(s, id, done.realised, S.REASON_PNL);
        Core.changeQuote(s, id, -int256(fee), S.REASON_FEE);
        emit IRefPerps.PositionChanged(
            id,
            market,
            newSize,
            newEntry,
            newSize == 0 ? int256(0) : fundingIndex,
            done.realised,
            done.funding,
            fill,
            S.BY_TRADE
        );
        Core.changePool(s, int256(fee) - done.funding - done.realised);
        Core.updateRate(s, market);
    }

    function requireMargin(uint256 id, Core.Health memory h, bool reduces) private pure {
        uint256 required = !reduces && h.initial > h.maintenance ? h.initial : h.maintenance;
        if (h.equity < int256(required)) revert IRefPerps.InsufficientMargin(id, h.equity, required);
    }
}
