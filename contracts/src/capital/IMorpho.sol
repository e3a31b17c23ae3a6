// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What is called of Morpho Blue (morpho-org/morpho-blue, src/interfaces/IMorpho.sol).
interface IMorpho {
    struct MarketParams {
        address loanToken;
        address collateralToken;
        address oracle;
        address irm;
        uint256 lltv;
    }

    function liquidate(
        MarketParams calldata market,
        address borrower,
        uint256 seizedAssets,
        uint256 repaidShares,
        bytes calldata data
    ) external returns (uint256 seized, uint256 repaid);
}

interface IMorphoOracle {
    /// @notice One smallest unit of collateral in smallest units of the loan token, scaled by 1e36.
    function price() external view returns (uint256);
}

/// @notice What it calls (IMorphoLiquidateCallback): the collateral has been sent, the loan is taken afterwards.
interface IMorphoLiquidateCallback {
    function onMorphoLiquidate(uint256 repaidAssets, bytes calldata data) external;
}
