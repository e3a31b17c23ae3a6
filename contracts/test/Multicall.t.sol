// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Multicall} from "../src/multicall/Multicall.sol";
import {Test} from "./support/Test.sol";

contract MulticallTest is Test {
    Multicall private multicall;

    error Refused(uint256 why);

    function setUp() public {
        multicall = new Multicall();
    }

    function test_selector_is_that_of_Multicall3() public pure {
        eq(uint256(uint32(Multicall.aggregate3.selector)), 0x82ad56cb, "selector");
    }

    function test_each_call_has_its_own_result_in_order() public {
        Multicall.Call3[] memory calls = new Multicall.Call3[](4);
        calls[0] = Multicall.Call3(address(this), true, abi.encodeCall(this.twice, (21)));
        calls[1] = Multicall.Call3(address(this), true, abi.encodeCall(this.refuse, (7)));
        calls[2] = Multicall.Call3(address(0xdead), true, hex"01020304");
        calls[3] = Multicall.Call3(address(this), false, abi.encodeCall(this.twice, (4)));
        Multicall.Result[] memory results = multicall.aggregate3(calls);
        eq(results.length, 4, "count");
        yes(results[0].success && !results[1].success && results[2].success && results[3].success, "success");
        eq(abi.decode(results[0].returnData, (uint256)), 42, "first");
        yes(keccak256(results[1].returnData) == keccak256(abi.encodeWithSelector(Refused.selector, 7)), "reason");
        eq(results[2].returnData.length, 0, "no code, no data");
        eq(abi.decode(results[3].returnData, (uint256)), 8, "last");
    }

    function test_a_call_that_may_not_fail_reverts_the_whole() public {
        Multicall.Call3[] memory calls = new Multicall.Call3[](2);
        calls[0] = Multicall.Call3(address(this), false, abi.encodeCall(this.twice, (1)));
        calls[1] = Multicall.Call3(address(this), false, abi.encodeCall(this.refuse, (7)));
        vm.expectRevert(abi.encodeWithSelector(Multicall.CallFailed.selector, 1));
        multicall.aggregate3(calls);
    }

    function test_no_calls_have_no_results() public {
        eq(multicall.aggregate3(new Multicall.Call3[](0)).length, 0, "count");
    }

    function twice(uint256 value) external pure returns (uint256) {
        return 2 * value;
    }

    function refuse(uint256 why) external pure {
        revert Refused(why);
    }
}
