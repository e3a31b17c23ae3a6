// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The cheat codes these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function warp(uint256 timestamp) external;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function expectRevert() external;
    function expectRevert(bytes calldata data) external;
    function expectRevert(bytes4 selector) external;
    function expectPartialRevert(bytes4 selector) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function snapshotState() external returns (uint256);
    function revertToState(uint256 id) external returns (bool);
    function assume(bool condition) external pure;
    function deployCode(string calldata what) external returns (address);
    function deployCode(string calldata what, bytes calldata args) external returns (address);
    function assertEq(uint256 a, uint256 b, string calldata what) external pure;
    function assertEq(int256 a, int256 b, string calldata what) external pure;
    function assertEq(bytes calldata a, bytes calldata b, string calldata what) external pure;
    function assertTrue(bool a, string calldata what) external pure;
    function label(address a, string calldata name) external;
}

/// @notice What a test needs of forge, without a library: the one on npm lacks a file it imports.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    bool public constant IS_TEST = true;

    event log_named_uint(string key, uint256 value);

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function eq(uint256 a, uint256 b, string memory what) internal pure {
        vm.assertEq(a, b, what);
    }

    function eq(int256 a, int256 b, string memory what) internal pure {
        vm.assertEq(a, b, what);
    }

    function yes(bool a, string memory what) internal pure {
        vm.assertTrue(a, what);
    }

    function no(bool a, string memory what) internal pure {
        vm.assertTrue(!a, what);
    }

    /// @notice x folded into [min, max].
    function bound(uint256 x, uint256 least, uint256 most) internal pure returns (uint256) {
        if (x >= least && x <= most) return x;
        return least + x % (most - least + 1);
    }

    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a : b;
    }
}
