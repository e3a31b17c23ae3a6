// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

interface ISweeper {
    function sweep(address token) external returns (uint256);
}

/// @title A reward token that does what no token should: for tests
contract HostileToken {
    /// @notice 0 honest, 1 keeps nine tenths of what it moves, 2 refuses to pay the one that it blocks, 3 calls its sender back while it
    /// moves and insists on an answer, 4 does not tell balances, 5 loops where it should tell one, 6 answers false and moves nothing,
    /// 7 refuses to move, 8 takes all gas that it is given where it should move, 9 reverts with a megabyte, 10 makes the call that it was told while it moves,
    /// and insists on its success.
    uint8 public kind;
    uint8 public constant decimals = 18;
    address public immutable blocked;
    address private called;
    bytes private callData;
    mapping(address => uint256) private held;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);

    error Blocked(address who);

    constructor(uint8 kind_, address blocked_) {
        kind = kind_;
        blocked = blocked_;
    }

    /// @notice Another kind from now on, and what kind 10 calls.
    function turn(uint8 kind_, address called_, bytes calldata callData_) external {
        kind = kind_;
        called = called_;
        callData = callData_;
    }

    function balanceOf(address who) external view returns (uint256) {
        if (kind == 4) revert Blocked(who);
        if (kind == 5) {
            while (true) {}
        }
        return held[who];
    }

    function reward(address to, uint256 value) external {
        pay(to, value);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        return move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        return move(from, to, value);
    }

    function move(address from, address to, uint256 value) private returns (bool) {
        if (kind == 6) return false;
        if (kind == 7) revert Blocked(from);
        if (kind == 8) {
            while (true) {}
        }
        if (kind == 9) {
            assembly {
                revert(0, 0x100000)
            }
        }
        held[from] -= value;
        if (kind == 2 && to == blocked) revert Blocked(to);
        if (kind == 3) ISweeper(msg.sender).sweep(address(this));
        if (kind == 10) again();
        pay(to, value);
        return true;
    }

    /// @notice What it reverts with is passed on.
    function again() private {
        (bool ok, bytes memory reason) = called.call(callData);
        assembly {
            if iszero(ok) { revert(add(reason, 0x20), mload(reason)) }
        }
    }

    function pay(address to, uint256 value) private {
        if (kind == 1) value /= 10;
        held[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}
