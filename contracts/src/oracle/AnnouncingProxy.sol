// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AggregatorProxy} from "./AggregatorProxy.sol";

/// @title A proxy that says when it changes its aggregator, as later ones of Chainlink do
contract AnnouncingProxy is AggregatorProxy {
    event AggregatorConfirmed(address indexed previous, address indexed latest);

    constructor(address aggregator_) AggregatorProxy(aggregator_) {}

    function confirmAggregator(address aggregator_) external override onlyOwner {
        if (aggregator_ != proposedAggregator) revert NotProposed();
        address previous = aggregator();
        proposedAggregator = address(0);
        startPhase(aggregator_);
        emit AggregatorConfirmed(previous, aggregator_);
    }
}
