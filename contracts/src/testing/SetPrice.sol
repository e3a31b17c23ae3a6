// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title An oracle that says what it was told, or nothing, for tests
contract SetPrice {
    uint256 private told;
    bool private isBroken;

    error Broken();

    function set(uint256 price_, bool broken) external {
        told = price_;
        isBroken = broken;
    }

    function price() external view returns (uint256) {
        if (isBroken) revert Broken();
        return told;
    }
}
