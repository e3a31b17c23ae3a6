// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title An L2 sequencer's uptime feed in the shape of Chainlink's OptimismSequencerUptimeFeed, for tests
/// @notice 0 is up, 1 is down. A round begins when the status changes; AnswerUpdated then tells since when it holds, and not
/// when that was recorded. The same status again moves `updatedAt` alone. Anybody may say it.
contract UptimeFeed {
    event NewRound(uint256 indexed roundId, address indexed startedBy, uint256 startedAt);
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);
    event RoundUpdated(int256 status, uint64 updatedAt);
    event UpdateIgnored(bool latestStatus, uint64 latestTimestamp, bool incomingStatus, uint64 incomingTimestamp);

    uint8 public constant decimals = 0;
    uint80 private roundId;
    bool private isDown;
    uint64 private startedAt;
    uint64 private updatedAt;

    constructor() {
        startRound(false, uint64(block.timestamp));
    }

    function updateStatus(bool isDown_, uint64 timestamp) external {
        if (startedAt > timestamp) {
            emit UpdateIgnored(isDown, startedAt, isDown_, timestamp);
        } else if (isDown == isDown_) {
            updatedAt = uint64(block.timestamp);
            emit RoundUpdated(answer(), updatedAt);
        } else {
            startRound(isDown_, timestamp);
        }
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return (roundId, answer(), startedAt, updatedAt, roundId);
    }

    function startRound(bool isDown_, uint64 timestamp) private {
        (isDown, startedAt, updatedAt) = (isDown_, timestamp, uint64(block.timestamp));
        roundId++;
        emit NewRound(roundId, msg.sender, timestamp);
        emit AnswerUpdated(answer(), roundId, timestamp);
    }

    function answer() private view returns (int256) {
        return isDown ? int256(1) : int256(0);
    }
}
