// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {HostileToken} from "./HostileToken.sol";

/// @title A market that does what no market should: for tests
/// @notice Every account is liquidated by the same call; the account's kind says what the call does instead of only paying.
contract HostileTarget {
    event Closed(uint256 indexed account, address indexed by);

    error NotNow();

    /// @notice In the blocks of this miner an account of kind 7 takes all gas that it is given.
    address public trap;

    function setTrap(address trap_) external {
        trap = trap_;
    }

    /// @param kind 0 pays, 1 reverts, 2 loops, 3 returns a megabyte, 4 reverts with a megabyte, 5 calls itself for ever,
    /// 6 pays only where gas has no price, 7 pays but in the blocks of the trap.
    function close(uint256 account, uint8 kind, address token, uint256 amount) external {
        if (kind == 1) revert NotNow();
        if (kind == 2 || (kind == 7 && block.coinbase == trap)) {
            while (true) {}
        }
        if (kind == 3) {
            assembly {
                return(0, 0x100000)
            }
        }
        if (kind == 4) {
            assembly {
                revert(0, 0x100000)
            }
        }
        if (kind == 5) this.close(account, kind, token, amount);
        if (kind == 6 && tx.gasprice != 0) revert NotNow();
        HostileToken(token).reward(msg.sender, amount);
        emit Closed(account, msg.sender);
    }
}
