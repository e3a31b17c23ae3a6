// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title An aggregator of the generations before OCR2, for tests: anybody transmits
/// @notice `transmit` emits what OCR1's OffchainAggregator does. `report` tells any round at all, again or out of order, as
/// aggregators before OCR1 could within limits: the last one told is the latest.
contract LegacyAggregator {
    event NewTransmission(
        uint32 indexed aggregatorRoundId,
        int192 answer,
        address transmitter,
        int192[] observations,
        bytes observers,
        bytes32 rawReportContext
    );
    event NewRound(uint256 indexed roundId, address indexed startedBy, uint256 startedAt);
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);

    error NoDataPresent();

    struct Transmission {
        int192 answer;
        uint64 timestamp;
    }

    uint8 public immutable decimals;
    uint32 private latestRoundId;
    mapping(uint32 roundId => Transmission) private transmissions;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function typeAndVersion() external pure returns (string memory) {
        return "AccessControlledOffchainAggregator 4.0.0";
    }

    function transmit(int192 answer) external {
        uint32 id = latestRoundId + 1;
        int192[] memory observations = new int192[](1);
        observations[0] = answer;
        emit NewTransmission(id, answer, msg.sender, observations, hex"00", bytes32(0));
        emit NewRound(id, address(0), block.timestamp);
        report(id, answer, uint64(block.timestamp));
    }

    function report(uint32 id, int192 answer, uint64 updatedAt) public {
        latestRoundId = id;
        transmissions[id] = Transmission(answer, updatedAt);
        emit AnswerUpdated(answer, id, updatedAt);
    }

    function latestAnswer() external view returns (int256) {
        return transmissions[latestRoundId].answer;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        Transmission memory t = transmissions[latestRoundId];
        if (latestRoundId == 0) revert NoDataPresent();
        return (latestRoundId, t.answer, t.timestamp, t.timestamp, latestRoundId);
    }
}
