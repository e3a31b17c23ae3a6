// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

interface ISweeper {
    function sweep(address token) external returns (uint256);
}

/// @title A reward token that does what no token should: for tests
contract HostileToken {
    /// @notice 0 honest, 1 keeps nine tenths of what it moves, 2 refuses to pay the one that it blocks, 3 calls its sender back while it
    /// moves and insists on an answer, 4 does not tell balances, 5 loops where it should tell one.
    uint8 public immutable kind;
    address public immutable blocked;
    mapping(address => uint256) private held;

    event Transfer(address indexed from, address indexed to, uint256 value);

    error Blocked(address who);

    constructor(uint8 kind_, address blocked_) {
        kind = kind_;
        blocked = blocked_;
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

    function transfer(address to, uint256 value) external returns (bool) {
        held[msg.sender] -= value;
        if (kind == 2 && to == blocked) revert Blocked(to);
        if (kind == 3) ISweeper(msg.sender).sweep(address(this));
        pay(to, value);
        return true;
    }

    function pay(address to, uint256 value) private {
        if (kind == 1) value /= 10;
        held[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}
