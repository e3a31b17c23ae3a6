// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMorpho} from "../capital/IMorpho.sol";

/// @title What the tests ask of Morpho Blue beside what the liquidator calls
interface IMorphoBlue is IMorpho {
    struct Market {
        uint128 totalSupplyAssets;
        uint128 totalSupplyShares;
        uint128 totalBorrowAssets;
        uint128 totalBorrowShares;
        uint128 lastUpdate;
        uint128 fee;
    }

    function accrueInterest(MarketParams calldata params) external;
    function market(bytes32 id) external view returns (Market memory);
    function position(bytes32 id, address account) external view returns (uint256, uint128, uint128);
}
