// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {RateSource} from "./RateSource.sol";

interface ILatestAnswer {
    function latestAnswer() external view returns (int256);
}

/// @title A price of a token by the rate at which it turns into another, the rate's growth capped, for tests
/// @notice Reckoned as PriceCapAdapterBase of aave-capo: base * min(rate, snapshot + growth * elapsed) / 10^decimals, and 0 where either is
/// not above 0.
contract CappedRateFeed {
    uint256 private constant SCALING_FACTOR = 1e6;

    ILatestAnswer private immutable base;
    RateSource private immutable source;
    uint8 private immutable rateDecimals;
    uint104 private snapshotRate;
    uint48 private snapshotTimestamp;
    uint104 private growthPerSecondScaled;

    constructor(ILatestAnswer base_, RateSource source_, uint8 rateDecimals_) {
        (base, source, rateDecimals) = (base_, source_, rateDecimals_);
    }

    function setCap(uint104 snapshotRate_, uint48 snapshotTimestamp_, uint104 growthPerSecondScaled_) external {
        (snapshotRate, snapshotTimestamp, growthPerSecondScaled) =
            (snapshotRate_, snapshotTimestamp_, growthPerSecondScaled_);
    }

    function latestAnswer() external view returns (int256) {
        int256 rate = int256(source.getRate());
        int256 basePrice = base.latestAnswer();
        if (basePrice <= 0 || rate <= 0) return 0;
        int256 most = int256(
            snapshotRate + uint256(growthPerSecondScaled) * (block.timestamp - snapshotTimestamp) / SCALING_FACTOR
        );
        if (most < rate) rate = most;
        return basePrice * rate / int256(10 ** rateDecimals);
    }
}
