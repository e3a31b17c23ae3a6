// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMorpho} from "../capital/IMorpho.sol";
import {IMorphoBlue} from "./IMorphoBlue.sol";

/// @title A rate model of Morpho Blue whose curve moves with time, for tests
/// @notice The published formula of the AdaptiveCurveIRM, with its event and its view: a line with a bend at 90 % utilisation (a
/// quarter of the rate at target at 0 %, four times at 100 %), whose height grows by e^(50 * error) a year. All at 1e18, a
/// second, divisions toward zero. It can be told to revert or to deviate, as no model should.
contract AdaptiveRate {
    event BorrowRateUpdate(bytes32 indexed id, uint256 avgBorrowRate, uint256 rateAtTarget);

    int256 private constant ONE = 1e18;
    int256 private constant YEAR = 365 days;
    int256 private constant TARGET = 0.9e18;
    int256 private constant LN2 = 693147180559945309;

    mapping(bytes32 id => int256) public rateAtTarget;
    bool public isBroken;
    uint256 public deviation;

    error Broken();

    function setBroken(bool broken) external {
        isBroken = broken;
    }

    /// @notice What is added to every rate.
    function setDeviation(uint256 added) external {
        deviation = added;
    }

    function borrowRate(IMorpho.MarketParams memory params, IMorphoBlue.Market memory market) external returns (uint256) {
        bytes32 id = keccak256(abi.encode(params));
        (uint256 average, int256 end) = rates(id, market);
        rateAtTarget[id] = end;
        emit BorrowRateUpdate(id, average, uint256(end));
        return average;
    }

    function borrowRateView(IMorpho.MarketParams memory params, IMorphoBlue.Market memory market) external view returns (uint256 average) {
        (average,) = rates(keccak256(abi.encode(params)), market);
    }

    function rates(bytes32 id, IMorphoBlue.Market memory market) private view returns (uint256, int256) {
        if (isBroken) revert Broken();
        uint256 supplied = market.totalSupplyAssets;
        int256 used = supplied == 0 ? int256(0) : int256(uint256(market.totalBorrowAssets) * 1e18 / supplied);
        int256 off = (used - TARGET) * ONE / (used > TARGET ? ONE - TARGET : TARGET);
        int256 start = rateAtTarget[id];
        int256 average = 0.04e18 / YEAR;
        int256 end = average;
        if (start != 0) {
            int256 moved = (50e18 / YEAR) * off / ONE * int256(block.timestamp - market.lastUpdate);
            average = start;
            end = start;
            if (moved != 0) {
                end = bounded(start * exp(moved) / ONE);
                average = (start + end + 2 * bounded(start * exp(moved / 2) / ONE)) / 4;
            }
        }
        int256 height = (off < 0 ? int256(0.75e18) : int256(3e18)) * off / ONE + ONE;
        return (uint256(height * average / ONE) + deviation, end);
    }

    function bounded(int256 rate) private pure returns (int256) {
        int256 least = 0.001e18 / YEAR;
        int256 most = 2e18 / YEAR;
        return rate < least ? least : rate > most ? most : rate;
    }

    /// @notice e^x: 2^q times a polynomial of the second order in what is left of x.
    function exp(int256 x) private pure returns (int256) {
        if (x < -41446531673892822312) return 0;
        if (x >= 93859467695000404319) return 57716089161558943949701069502944508345128422502756744429568;
        int256 q = (x < 0 ? x - LN2 / 2 : x + LN2 / 2) / LN2;
        int256 r = x - q * LN2;
        int256 power = ONE + r + r * r / ONE / 2;
        return q >= 0 ? power << uint256(q) : power >> uint256(-q);
    }
}
