// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ISwapper} from "../capital/ISwapper.sol";
import {IAggregatorV3} from "../oracle/IAggregatorV3.sol";
import {IERC20} from "../token/IERC20.sol";
import {SafeToken} from "../token/SafeToken.sol";

/// @title Sells at the prices of feeds less a cost, from what it holds: an exchange that follows the oracle, for tests and demonstrations
/// @notice Anybody may list a token; all feeds have the same decimals. The route is not looked at.
contract FeedSwapper is ISwapper {
    using SafeToken for address;

    error BelowMinimum(uint256 proceeds, uint256 minimum);
    error NoPrice(address token);

    uint256 private constant PPM = 1_000_000;
    uint256 public immutable costPpm;
    mapping(address token => IAggregatorV3) public feedOf;

    constructor(uint256 costPpm_) {
        costPpm = costPpm_;
    }

    function list(address token, IAggregatorV3 feed) external {
        feedOf[token] = feed;
    }

    function swap(address from, address to, uint256 amount, uint256 minimum, bytes calldata)
        external
        returns (uint256 proceeds)
    {
        uint256 value = amount * priceOf(from) * 10 ** IERC20(to).decimals();
        proceeds = value / (priceOf(to) * 10 ** IERC20(from).decimals()) * (PPM - costPpm) / PPM;
        if (proceeds < minimum) revert BelowMinimum(proceeds, minimum);
        from.take(msg.sender, amount);
        to.send(msg.sender, proceeds);
    }

    function priceOf(address token) private view returns (uint256) {
        if (address(feedOf[token]) == address(0)) revert NoPrice(token);
        (, int256 answer,,,) = feedOf[token].latestRoundData();
        if (answer <= 0) revert NoPrice(token);
        return uint256(answer);
    }
}
