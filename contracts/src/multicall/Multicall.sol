// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Many calls in one, in the shape of Multicall3's aggregate3
/// @notice Holds nothing and is owned by nobody. For chains without the one at 0xcA11bde05977b3631167028862bE2a173976CA11.
contract Multicall {
    struct Call3 {
        address target;
        bool allowFailure;
        bytes callData;
    }

    struct Result {
        bool success;
        bytes returnData;
    }

    error CallFailed(uint256 index);

    /// @notice One result a call, in order. Where a call fails that may not, the whole reverts. A target without code
    /// succeeds and returns nothing, as in the original: whoever decodes checks the length.
    function aggregate3(Call3[] calldata calls) external payable returns (Result[] memory returnData) {
        returnData = new Result[](calls.length);
        for (uint256 i = 0; i < calls.length; i++) {
            (bool success, bytes memory result) = calls[i].target.call(calls[i].callData);
            if (!success && !calls[i].allowFailure) revert CallFailed(i);
            returnData[i] = Result(success, result);
        }
    }
}
