// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title An aggregator that shows its readers different rounds, as Chainlink's DualAggregator (SVR) does, for tests
/// @notice The secondary proxy sees the last secondary round until that is older than the cutoff, then the newest primary
/// round that is. Everybody else sees the latest, but not a secondary one in its own block. Anybody transmits.
contract DualAggregator {
    event SecondaryRoundIdUpdated(uint32 indexed secondaryRoundId);
    event PrimaryFeedUnlocked(uint32 indexed primaryRoundId);
    event CutoffTimeSet(uint32 cutoffTime);
    event NewRound(uint256 indexed roundId, address indexed startedBy, uint256 startedAt);
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    error StaleReport();

    struct Transmission {
        int192 answer;
        uint32 recordedAt;
    }

    uint8 public immutable decimals;
    address private secondaryProxy;
    uint32 private cutoff;
    uint32 private immutable maxSyncIterations;
    uint32 private latest;
    uint32 private latestSecondary;
    bool private isLatestSecondary;
    mapping(uint32 roundId => Transmission) private transmissions;

    constructor(uint8 decimals_, uint32 cutoff_, uint32 maxSyncIterations_) {
        decimals = decimals_;
        cutoff = cutoff_;
        maxSyncIterations = maxSyncIterations_;
    }

    function typeAndVersion() external pure returns (string memory) {
        return "DualAggregator 1.0.0";
    }

    function setSecondaryProxy(address proxy) external {
        secondaryProxy = proxy;
    }

    function setCutoffTime(uint32 cutoff_) external {
        cutoff = cutoff_;
        emit CutoffTimeSet(cutoff_);
    }

    function transmit(int192 answer) external {
        record(answer);
        isLatestSecondary = false;
    }

    /// @notice A round that comes by the secondary way first.
    function transmitSecondary(int192 answer) external {
        latestSecondary = latest + 1;
        emit SecondaryRoundIdUpdated(latestSecondary);
        record(answer);
        isLatestSecondary = true;
    }

    /// @notice The secondary way brings a round that the primary way has brought before.
    function repeatSecondary(uint32 roundId) external {
        if (roundId <= latestSecondary || roundId > latest) revert StaleReport();
        latestSecondary = roundId;
        emit SecondaryRoundIdUpdated(roundId);
    }

    /// @notice The primary way brings the round that the secondary way has brought before.
    function unlockPrimary() external {
        if (!isLatestSecondary) revert StaleReport();
        isLatestSecondary = false;
        emit PrimaryFeedUnlocked(latest);
    }

    function latestAnswer() external view returns (int256) {
        return transmissions[visibleRound()].answer;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        uint32 id = visibleRound();
        Transmission memory t = transmissions[id];
        return (id, t.answer, t.recordedAt, t.recordedAt, id);
    }

    function visibleRound() private view returns (uint32) {
        if (msg.sender == secondaryProxy) {
            return isPast(latestSecondary) ? syncedRound() : latestSecondary;
        }
        bool isHidden = latest == latestSecondary && isLatestSecondary
            && transmissions[latest].recordedAt == block.timestamp;
        return isHidden ? latest - 1 : latest;
    }

    function syncedRound() private view returns (uint32) {
        for (uint32 id = latest; id > 0 && latest - id < maxSyncIterations; --id) {
            if (id == latestSecondary || isPast(id)) return id;
        }
        return latestSecondary;
    }

    function isPast(uint32 id) private view returns (bool) {
        return transmissions[id].recordedAt + cutoff < block.timestamp;
    }

    function record(int192 answer) private {
        transmissions[++latest] = Transmission(answer, uint32(block.timestamp));
        emit NewRound(latest, address(0), block.timestamp);
        emit AnswerUpdated(answer, latest, block.timestamp);
    }
}
