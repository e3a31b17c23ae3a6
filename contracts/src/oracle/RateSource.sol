// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title A rate that changes without a log, for tests: a vault's, or a ratio provider's
contract RateSource {
    error Unavailable();

    uint256 private rate;

    constructor(uint256 rate_) {
        rate = rate_;
    }

    /// @notice A rate of 0 reverts.
    function setRate(uint256 rate_) external {
        rate = rate_;
    }

    function getRate() public view returns (uint256) {
        if (rate == 0) revert Unavailable();
        return rate;
    }

    /// @notice As of an ERC-4626 vault whose share is worth `rate` of 1e18.
    function convertToAssets(uint256 shares) external view returns (uint256) {
        return shares * getRate() / 1e18;
    }
}
