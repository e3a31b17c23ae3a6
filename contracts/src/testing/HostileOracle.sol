// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title An oracle of a Morpho market that does what no oracle should: for tests
contract HostileOracle {
    /// @notice 0 answers the price, 1 reverts, 2 answers zero, 3 answers the greatest number, 4 takes all gas that it is given, 5 answers the price at the
    /// head of a megabyte, 6 reverts with a megabyte, 7 answers a hundredth of the price to all but the one that it knows, 8 answers a hundredth of it where
    /// much gas is left.
    uint8 public kind;
    address public immutable known;
    uint256 private told;

    error Broken();

    constructor(address known_, uint256 price_) {
        known = known_;
        told = price_;
    }

    function set(uint8 kind_, uint256 price_) external {
        kind = kind_;
        told = price_;
    }

    function price() external view returns (uint256) {
        uint256 answer = told;
        if (kind == 1) revert Broken();
        if (kind == 2) return 0;
        if (kind == 3) return type(uint256).max;
        if (kind == 4) {
            while (true) {}
        }
        if (kind == 5) {
            assembly {
                mstore(0, answer)
                return(0, 0x100000)
            }
        }
        if (kind == 6) {
            assembly {
                revert(0, 0x100000)
            }
        }
        if (kind == 7 && msg.sender != known) return answer / 100;
        if (kind == 8 && gasleft() > 5_000_000) return answer / 100;
        return answer;
    }
}
