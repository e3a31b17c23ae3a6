// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "./IRefPerps.sol";

/// @title What RefPerps stores, shared by its linked libraries
/// @notice Mappings by id keep room for what comes later: new per-market or per-account state is a new mapping.
library RefPerpsStorage {
    struct MarketData {
        uint96 price;
        uint80 roundId;
        uint40 oracleUpdatedAt;
        uint40 fundingTime;
        int160 fundingIndex;
        int96 fundingRate;
        uint128 oiLong;
        uint128 oiShort;
        IRefPerps.MarketParams params;
        bytes32 symbol;
        IRefPerps.Tier[] mm;
        IRefPerps.Tier[] im;
    }

    struct PositionData {
        int128 size;
        int128 entryNotional;
        int256 entryFunding;
    }

    struct AccountData {
        address owner;
        uint8 mode;
        uint32 isolatedMarket;
        int256 quote;
        uint32[] markets;
    }

    struct Layout {
        uint256 accountCount;
        uint32 marketCount;
        uint8 paused;
        uint256 insuranceFund;
        int256 pool;
        int256 totalQuote;
        uint256 cash;
        IRefPerps.GlobalParams globals;
        mapping(uint256 id => AccountData) accounts;
        mapping(uint32 market => MarketData) markets;
        mapping(uint256 id => mapping(uint32 market => PositionData)) positions;
    }

    uint8 internal constant PAUSE_TRADING = 1;
    uint8 internal constant PAUSE_WITHDRAWAL = 2;

    uint8 internal constant MODE_CROSS = 0;
    uint8 internal constant MODE_ISOLATED = 1;

    uint8 internal constant REASON_DEPOSIT = 0;
    uint8 internal constant REASON_WITHDRAW = 1;
    uint8 internal constant REASON_PNL = 2;
    uint8 internal constant REASON_FUNDING = 3;
    uint8 internal constant REASON_FEE = 4;
    uint8 internal constant REASON_PENALTY = 5;
    uint8 internal constant REASON_BAD_DEBT = 7;

    uint8 internal constant BY_TRADE = 0;
    uint8 internal constant BY_LIQUIDATION = 1;

    uint256 internal constant MAX_MARKETS = 16;
}
