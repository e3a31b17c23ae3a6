// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

struct MarketParams {
    address loanToken;
    address collateralToken;
    address oracle;
    address irm;
    uint256 lltv;
}

struct Market {
    uint128 totalSupplyAssets;
    uint128 totalSupplyShares;
    uint128 totalBorrowAssets;
    uint128 totalBorrowShares;
    uint128 lastUpdate;
    uint128 fee;
}

/// @title What the tests ask of Morpho Blue
interface IMorphoBlue {
    function accrueInterest(MarketParams calldata params) external;
    function market(bytes32 id) external view returns (Market memory);
    function position(bytes32 id, address account) external view returns (uint256, uint128, uint128);
    function liquidate(MarketParams calldata params, address borrower, uint256 seized, uint256 shares, bytes calldata data)
        external
        returns (uint256, uint256);
}

interface IPriceOracle {
    function price() external view returns (uint256);
}
