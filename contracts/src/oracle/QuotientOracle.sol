// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "./IAggregatorV3.sol";
import {RateSource} from "./RateSource.sol";

/// @title A price that is a product over a product, reckoned as MorphoChainlinkOracleV2 does, for tests
/// @notice scale * (vault * feed * feed) / (vault * feed * feed), the outer step in 512 bits and rounded down. A leg that is
/// address(0) is 1. Negative answers revert, zero is a price, age is not looked at.
contract QuotientOracle {
    error NegativeAnswer();
    error OutOfRange();

    struct Legs {
        RateSource vault;
        uint256 sample;
        IAggregatorV3 feed1;
        IAggregatorV3 feed2;
    }

    uint256 private immutable scale;
    Legs private base;
    Legs private quote;

    constructor(uint256 scale_, Legs memory base_, Legs memory quote_) {
        scale = scale_;
        base = base_;
        quote = quote_;
    }

    function price() external view returns (uint256) {
        return mulDiv(scale, product(base), product(quote));
    }

    function product(Legs storage legs) private view returns (uint256) {
        uint256 vault = address(legs.vault) == address(0) ? 1 : legs.vault.convertToAssets(legs.sample);
        return vault * answerOf(legs.feed1) * answerOf(legs.feed2);
    }

    function answerOf(IAggregatorV3 feed) private view returns (uint256) {
        if (address(feed) == address(0)) return 1;
        (, int256 answer,,,) = feed.latestRoundData();
        if (answer < 0) revert NegativeAnswer();
        return uint256(answer);
    }

    /// @notice a * b / c by long division, a bit at a time: slow and plain, so that it shares nothing with what it is compared to.
    function mulDiv(uint256 a, uint256 b, uint256 c) private pure returns (uint256 quotient) {
        uint256 low;
        uint256 high;
        unchecked {
            low = a * b;
            uint256 mm = mulmod(a, b, type(uint256).max);
            high = mm - low - (mm < low ? 1 : 0);
        }
        if (high >= c) revert OutOfRange();
        for (uint256 i = 0; i < 256; i++) {
            bool carry = high >> 255 == 1;
            unchecked {
                high = high << 1 | low >> 255;
                low <<= 1;
                quotient <<= 1;
                if (carry || high >= c) {
                    high -= c;
                    quotient |= 1;
                }
            }
        }
    }
}
