// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "./IERC20.sol";

/// @title ERC-20 transfers that cannot fail unnoticed
/// @notice A transfer or approval has worked when the call did not revert, the token has code, and it returned nothing or true.
library SafeToken {
    error TokenCallFailed(address token);

    function send(address token, address to, uint256 amount) internal {
        invoke(token, abi.encodeCall(IERC20.transfer, (to, amount)));
    }

    function take(address token, address from, uint256 amount) internal {
        invoke(token, abi.encodeCall(IERC20.transferFrom, (from, address(this), amount)));
    }

    /// @notice Exactly this allowance, whatever it was: some tokens change none that is not zero.
    function allow(address token, address spender, uint256 amount) internal {
        if (amount != 0) invoke(token, abi.encodeCall(IERC20.approve, (spender, 0)));
        invoke(token, abi.encodeCall(IERC20.approve, (spender, amount)));
    }

    function invoke(address token, bytes memory data) private {
        (bool ok, bytes memory result) = token.call(data);
        if (
            !ok || token.code.length == 0
                || (result.length != 0 && !(result.length == 32 && uint256(bytes32(result)) == 1))
        ) {
            revert TokenCallFailed(token);
        }
    }
}
