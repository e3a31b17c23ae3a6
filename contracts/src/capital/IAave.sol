// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What is called of an Aave v3 pool (aave-dao/aave-v3-origin, src/contracts/interfaces/IPool.sol).
interface IAavePool {
    function flashLoanSimple(address receiver, address asset, uint256 amount, bytes calldata params, uint16 referral)
        external;

    function liquidationCall(
        address collateral,
        address debt,
        address borrower,
        uint256 debtToCover,
        bool receiveAToken
    ) external;

    /// @notice One word of bits; 48 to 55 are the asset's decimals as the pool reckons with them.
    function getConfiguration(address asset) external view returns (uint256);

    function ADDRESSES_PROVIDER() external view returns (IAaveAddressesProvider);
}

interface IAaveAddressesProvider {
    function getPriceOracle() external view returns (IAaveOracle);
}

interface IAaveOracle {
    /// @notice In the pool's base currency, in a scale that all its assets share.
    function getAssetPrice(address asset) external view returns (uint256);
}

/// @notice What the pool calls (IFlashLoanSimpleReceiver).
interface IAaveFlashReceiver {
    function executeOperation(address asset, uint256 amount, uint256 premium, address initiator, bytes calldata params)
        external
        returns (bool);
}
