// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Aggregator} from "../src/oracle/Aggregator.sol";
import {AggregatorProxy} from "../src/oracle/AggregatorProxy.sol";
import {Test, Vm} from "./support/Test.sol";

contract OracleTest is Test {
    Aggregator private aggregator;
    AggregatorProxy private proxy;

    function setUp() public {
        vm.warp(1_800_000_000);
        aggregator = Aggregator(vm.deployCode("Aggregator.sol:Aggregator", abi.encode(8, "ETH / USD")));
        proxy = AggregatorProxy(vm.deployCode("AggregatorProxy.sol:AggregatorProxy", abi.encode(aggregator)));
    }

    function test_a_transmission_emits_the_three_events_of_a_chainlink_aggregator() public {
        vm.recordLogs();
        aggregator.transmitAt(2_000e8, 1_799_999_990);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        eq(logs.length, 3, "three");
        // topics of the deployed aggregators
        yes(logs[0].topics[0] == 0xc797025feeeaf2cd924c99e9205acb8ec04d5cad21c41ce637a38fb6dee6016a, "NewTransmission");
        yes(logs[1].topics[0] == 0x0109fc6f55cf40689f02fbaad7af7fe7bbac8a3d2186600afc7d3e10cac60271, "NewRound");
        yes(logs[2].topics[0] == 0x0559884fd3a460db3073b7fc896cc77986f16e378210ded43186175bf646fc5f, "AnswerUpdated");
        eq(uint256(logs[0].topics[1]), 1, "round");
        eq(uint256(logs[2].topics[1]), 2_000e8, "answer");
        eq(uint256(logs[2].topics[2]), 1, "round");
        eq(abi.decode(logs[2].data, (uint256)), 1_800_000_000, "updatedAt");
        (int192 answer,, uint32 observed,,,,,) =
            abi.decode(logs[0].data, (int192, address, uint32, int192[], bytes, int192, bytes32, uint40));
        eq(answer, 2_000e8, "answer");
        eq(uint256(observed), 1_799_999_990, "observed");
    }

    function test_the_proxy_puts_its_phase_before_the_round() public {
        aggregator.transmit(2_000e8);
        aggregator.transmit(2_001e8);
        (uint80 round, int256 answer,, uint256 updatedAt, uint80 answeredIn) = proxy.latestRoundData();
        eq(round, (1 << 64) | 2, "phase 1, round 2");
        eq(answeredIn, round, "answered in");
        eq(answer, 2_001e8, "answer");
        eq(updatedAt, 1_800_000_000, "updatedAt");
        (, answer,,,) = proxy.getRoundData((1 << 64) | 1);
        eq(answer, 2_000e8, "an earlier round");
        vm.expectRevert(AggregatorProxy.NoDataPresent.selector);
        proxy.getRoundData((2 << 64) | 1);
        eq(proxy.decimals(), 8, "decimals");
    }

    function test_a_new_phase_says_nothing_and_keeps_the_old_rounds() public {
        aggregator.transmit(2_000e8);
        Aggregator next = Aggregator(vm.deployCode("Aggregator.sol:Aggregator", abi.encode(8, "ETH / USD")));
        next.transmit(2_100e8);
        vm.recordLogs();
        proxy.proposeAggregator(address(next));
        proxy.confirmAggregator(address(next));
        eq(vm.getRecordedLogs().length, 0, "no event");
        (uint80 round, int256 answer,,,) = proxy.latestRoundData();
        eq(round, (2 << 64) | 1, "phase 2");
        eq(answer, 2_100e8, "the new one");
        (, answer,,,) = proxy.getRoundData((1 << 64) | 1);
        eq(answer, 2_000e8, "the old one");
        yes(proxy.aggregator() == address(next), "aggregator()");
    }

    function test_only_a_transmitter_transmits_and_only_the_owner_appoints() public {
        vm.startPrank(address(1));
        vm.expectRevert(Aggregator.NotTransmitter.selector);
        aggregator.transmit(1);
        vm.expectRevert(Aggregator.NotOwner.selector);
        aggregator.setTransmitter(address(1), true);
        vm.expectRevert(AggregatorProxy.NotOwner.selector);
        proxy.proposeAggregator(address(1));
        vm.expectRevert(AggregatorProxy.NotOwner.selector);
        proxy.confirmAggregator(address(0));
        vm.stopPrank();
        aggregator.setTransmitter(address(1), true);
        vm.prank(address(1));
        aggregator.transmit(1);
        vm.expectRevert(Aggregator.FutureObservation.selector);
        aggregator.transmitAt(1, 1_800_000_001);
    }
}
