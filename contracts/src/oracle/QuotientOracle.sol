// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "./IAggregatorV3.sol";
import {RateSource} from "./RateSource.sol";

/// @title A price that is a product over a product, reckoned as MorphoChainlinkOracleV2 does, for tests
/// @notice scale * (vault * feed * feed) / (vault * feed * feed), the outer step in 512 bits and rounded down. A leg that is
/// address(0) is 1. Negative answers revert, zero is a price, age is not looked at. It tells what it is made of by the same getters.
contract QuotientOracle {
    error NegativeAnswer();
    error OutOfRange();

    struct Legs {
        RateSource vault;
        uint256 sample;
        IAggregatorV3 feed1;
        IAggregatorV3 feed2;
    }

    uint256 public immutable SCALE_FACTOR;
    Legs private base;
    Legs private quote;

    constructor(uint256 scale_, Legs memory base_, Legs memory quote_) {
        SCALE_FACTOR = scale_;
        base = base_;
        quote = quote_;
    }

    function price() external view returns (uint256) {
        return mulDiv(SCALE_FACTOR, product(base), product(quote));
    }

    function BASE_VAULT() external view returns (RateSource) {
        return base.vault;
    }

    function BASE_VAULT_CONVERSION_SAMPLE() external view returns (uint256) {
        return base.sample;
    }

    function BASE_FEED_1() external view returns (IAggregatorV3) {
        return base.feed1;
    }

    function BASE_FEED_2() external view returns (IAggregatorV3) {
        return base.feed2;
    }

    function QUOTE_VAULT() external view returns (RateSource) {
        return quote.vault;
    }

    function QUOTE_VAULT_CONVERSION_SAMPLE() external view returns (uint256) {
        return quote.sample;
    }

    function QUOTE_FEED_1() external view returns (IAggregatorV3) {
        return quote.feed1;
    }

    function QUOTE_FEED_2() external view returns (IAggregatorV3) {
        return quote.feed2;
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
