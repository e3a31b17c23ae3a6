// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "./IAggregatorV3.sol";

/// @title An aggregator with the events and the read interface of Chainlink's OCR2 aggregator
/// @notice One authorised transmitter stands for the oracle network. Each transmission emits NewTransmission, NewRound
/// and AnswerUpdated, in this order, as OCR2Aggregator does.
contract Aggregator is IAggregatorV3 {
    struct Transmission {
        int192 answer;
        uint32 observationsTimestamp;
        uint32 transmissionTimestamp;
    }

    event NewTransmission(
        uint32 indexed aggregatorRoundId,
        int192 answer,
        address transmitter,
        uint32 observationsTimestamp,
        int192[] observations,
        bytes observers,
        int192 juelsPerFeeCoin,
        bytes32 configDigest,
        uint40 epochAndRound
    );
    event NewRound(uint256 indexed roundId, address indexed startedBy, uint256 startedAt);
    event AnswerUpdated(int256 indexed current, uint256 indexed roundId, uint256 updatedAt);
    event TransmitterSet(address indexed transmitter, bool allowed);
    event OwnershipTransferred(address indexed from, address indexed to);

    error NotOwner();
    error NotTransmitter();
    error FutureObservation();
    error NoDataPresent();

    bytes32 public constant CONFIG_DIGEST = keccak256("keeper.aggregator");

    uint8 public immutable decimals;
    string public description;
    address public owner;
    mapping(address => bool) public isTransmitter;
    uint32 private latestRoundId;
    mapping(uint32 roundId => Transmission) private transmissions;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    constructor(uint8 decimals_, string memory description_) {
        decimals = decimals_;
        description = description_;
        owner = msg.sender;
        isTransmitter[msg.sender] = true;
        emit OwnershipTransferred(address(0), msg.sender);
        emit TransmitterSet(msg.sender, true);
    }

    function setTransmitter(address transmitter, bool allowed) external onlyOwner {
        isTransmitter[transmitter] = allowed;
        emit TransmitterSet(transmitter, allowed);
    }

    function transferOwnership(address to) external onlyOwner {
        emit OwnershipTransferred(owner, to);
        owner = to;
    }

    /// @notice A new round with this block's time.
    function transmit(int192 answer) external {
        record(answer, uint32(block.timestamp));
    }

    /// @notice A new round observed earlier: startedAt is the observation's time, updatedAt this block's, as in OCR2.
    function transmitAt(int192 answer, uint32 observationsTimestamp) external {
        if (observationsTimestamp > block.timestamp) revert FutureObservation();
        record(answer, observationsTimestamp);
    }

    function latestRound() external view returns (uint256) {
        return latestRoundId;
    }

    function latestAnswer() external view returns (int256) {
        return transmissions[latestRoundId].answer;
    }

    function latestTimestamp() external view returns (uint256) {
        return transmissions[latestRoundId].transmissionTimestamp;
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return roundData(latestRoundId);
    }

    function getRoundData(uint80 roundId_) external view returns (uint80, int256, uint256, uint256, uint80) {
        if (roundId_ > type(uint32).max) revert NoDataPresent();
        return roundData(uint32(roundId_));
    }

    function roundData(uint32 id) private view returns (uint80, int256, uint256, uint256, uint80) {
        Transmission memory t = transmissions[id];
        if (t.transmissionTimestamp == 0) revert NoDataPresent();
        return (id, t.answer, t.observationsTimestamp, t.transmissionTimestamp, id);
    }

    function record(int192 answer, uint32 observationsTimestamp) private {
        if (!isTransmitter[msg.sender]) revert NotTransmitter();
        uint32 id = ++latestRoundId;
        transmissions[id] = Transmission(answer, observationsTimestamp, uint32(block.timestamp));
        int192[] memory observations = new int192[](1);
        observations[0] = answer;
        emit NewTransmission(
            id, answer, msg.sender, observationsTimestamp, observations, hex"00", 0, CONFIG_DIGEST, uint40(id) << 8
        );
        emit NewRound(id, address(0), observationsTimestamp);
        emit AnswerUpdated(answer, id, block.timestamp);
    }
}
