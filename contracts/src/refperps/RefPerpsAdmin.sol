// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "../oracle/IAggregatorV3.sol";
import {IRefPerps} from "./IRefPerps.sol";
import {RefPerpsCore as Core} from "./RefPerpsCore.sol";
import {RefPerpsStorage as S} from "./RefPerpsStorage.sol";

/// @title Listing and parameters, as a linked library. The caller has checked the owner.
library RefPerpsAdmin {
    uint256 internal constant MAX_TIERS = 12;

    function listMarket(
        S.Layout storage s,
        bytes32 symbol,
        IRefPerps.MarketParams calldata params,
        IRefPerps.Tier[] calldata mm,
        IRefPerps.Tier[] calldata im
    ) external returns (uint32 market) {
        market = ++s.marketCount;
        s.markets[market].symbol = symbol;
        s.markets[market].fundingTime = uint40(block.timestamp);
        emit IRefPerps.MarketListed(market, symbol);
        storeParams(s, market, params);
        storeTiers(s, market, mm, im);
        Core.sync(s, market);
        Core.updateRate(s, market);
    }

    /// @notice Stored first, then synced: a dead feed can be replaced, and the interval since the last sync is charged at
    /// the new feed's price with the old rate.
    function setMarketParams(S.Layout storage s, uint32 market, IRefPerps.MarketParams calldata params) external {
        requireMarket(s, market);
        storeParams(s, market, params);
        Core.sync(s, market);
        Core.updateRate(s, market);
    }

    function setMarketTiers(
        S.Layout storage s,
        uint32 market,
        IRefPerps.Tier[] calldata mm,
        IRefPerps.Tier[] calldata im
    ) external {
        requireMarket(s, market);
        storeTiers(s, market, mm, im);
    }

    function setGlobalParams(S.Layout storage s, IRefPerps.GlobalParams calldata params) external {
        if (params.debtPpm > 1e6) revert IRefPerps.InvalidParams("debtPpm");
        s.globals = params;
        emit IRefPerps.GlobalParamsSet(params);
    }

    function setPaused(S.Layout storage s, uint8 bits) external {
        if (bits > (S.PAUSE_TRADING | S.PAUSE_WITHDRAWAL)) revert IRefPerps.InvalidParams("bits");
        s.paused = bits;
        emit IRefPerps.PausedSet(bits);
    }

    // ------------------------------------------------------------------------------------------------------- parts

    function requireMarket(S.Layout storage s, uint32 market) private view {
        if (s.markets[market].params.feed == address(0)) revert IRefPerps.UnknownMarket(market);
    }

    function storeParams(S.Layout storage s, uint32 market, IRefPerps.MarketParams calldata p) private {
        check(p.feed != address(0), "feed");
        check(p.feedDecimals <= 18 && IAggregatorV3(p.feed).decimals() == p.feedDecimals, "feedDecimals");
        check(p.maxStaleness > 0, "maxStaleness");
        check(p.premiumCap <= 0.5e18, "premiumCap");
        check(p.lot > 0 && p.lot < 1 << 96, "lot");
        check(p.minNotional > 0, "minNotional");
        check(p.closeTolerance >= p.lot && p.closeTolerance % p.lot == 0, "closeTolerance");
        check(p.skewScale > 0 && p.skewScale < 1 << 112, "skewScale");
        check(p.maxFundingPerDay <= 10e18, "maxFundingPerDay");
        check(p.takerFeePpm <= 1e5, "takerFeePpm");
        check(p.liqFeePpm <= 1e5, "liqFeePpm");
        check(p.keeperSharePpm <= 1e6, "keeperSharePpm");
        check(p.bufferPpm <= 1e6, "bufferPpm");
        check(p.partialFloorPpm <= 1e6, "partialFloorPpm");
        s.markets[market].params = p;
        emit IRefPerps.MarketParamsSet(market, p);
    }

    function storeTiers(S.Layout storage s, uint32 market, IRefPerps.Tier[] calldata mm, IRefPerps.Tier[] calldata im)
        private
    {
        copyTiers(s.markets[market].mm, mm);
        copyTiers(s.markets[market].im, im);
        emit IRefPerps.MarketTiersSet(market, mm, im);
    }

    function copyTiers(IRefPerps.Tier[] storage to, IRefPerps.Tier[] calldata tiers) private {
        check(tiers.length > 0 && tiers.length <= MAX_TIERS, "tiers");
        while (to.length > 0) {
            to.pop();
        }
        for (uint256 k = 0; k < tiers.length; k++) {
            check(tiers[k].ppm > 0 && tiers[k].ppm <= 1e6, "ppm");
            check(k == 0 || tiers[k].upper > tiers[k - 1].upper && tiers[k].ppm >= tiers[k - 1].ppm, "order");
            to.push(tiers[k]);
        }
        check(tiers[tiers.length - 1].upper == type(uint128).max, "last");
    }

    function check(bool ok, bytes32 what) private pure {
        if (!ok) revert IRefPerps.InvalidParams(what);
    }
}
