// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "./IAggregatorV3.sol";

/// @title The proxy in front of an aggregator, in the shape of Chainlink's EACAggregatorProxy (v0.6)
/// @notice A round id is phaseId << 64 | the aggregator's round id. Confirming a new aggregator starts a phase and, as in
/// the deployed proxies, emits nothing: whoever follows the aggregator's logs must look at `aggregator()` again.
contract AggregatorProxy is IAggregatorV3 {
    error NotOwner();
    error NotProposed();
    error NoDataPresent();

    address public owner;
    uint16 public phaseId;
    address public proposedAggregator;
    mapping(uint16 phaseId => address) public phaseAggregators;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    constructor(address aggregator_) {
        owner = msg.sender;
        startPhase(aggregator_);
    }

    function aggregator() public view returns (address) {
        return phaseAggregators[phaseId];
    }

    function proposeAggregator(address aggregator_) external onlyOwner {
        proposedAggregator = aggregator_;
    }

    function confirmAggregator(address aggregator_) external virtual onlyOwner {
        if (aggregator_ != proposedAggregator) revert NotProposed();
        proposedAggregator = address(0);
        startPhase(aggregator_);
    }

    function decimals() external view returns (uint8) {
        return IAggregatorV3(aggregator()).decimals();
    }

    function description() external view returns (string memory) {
        return IAggregatorV3(aggregator()).description();
    }

    function latestAnswer() external view returns (int256 answer) {
        (, answer,,,) = IAggregatorV3(aggregator()).latestRoundData();
    }

    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint16 phase = phaseId;
        (roundId, answer, startedAt, updatedAt, answeredInRound) =
            IAggregatorV3(phaseAggregators[phase]).latestRoundData();
        return (withPhase(phase, roundId), answer, startedAt, updatedAt, withPhase(phase, answeredInRound));
    }

    function getRoundData(uint80 roundId_)
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound)
    {
        uint16 phase = uint16(roundId_ >> 64);
        address source = phaseAggregators[phase];
        if (source == address(0)) revert NoDataPresent();
        (roundId, answer, startedAt, updatedAt, answeredInRound) =
            IAggregatorV3(source).getRoundData(uint80(uint64(roundId_)));
        return (withPhase(phase, roundId), answer, startedAt, updatedAt, withPhase(phase, answeredInRound));
    }

    function startPhase(address aggregator_) internal {
        phaseId++;
        phaseAggregators[phaseId] = aggregator_;
    }

    function withPhase(uint16 phase, uint80 roundId) private pure returns (uint80) {
        return uint80(phase) << 64 | uint80(uint64(roundId));
    }
}
