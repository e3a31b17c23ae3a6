// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Sells one token for another at some exchange
/// @notice Holds nothing between calls and needs no owner. Whoever calls it gives it an allowance of `amount` first.
interface ISwapper {
    /// @notice The route does not lead from the one token to the other.
    error WrongRoute(address from, address to);

    /// @notice Takes `amount` of `from` from the caller, sells it, sends the caller all of `to` that it brings, and what
    /// was not sold. Reverts where it brings less than `minimum`.
    /// @param route what the implementation understands.
    function swap(address from, address to, uint256 amount, uint256 minimum, bytes calldata route)
        external
        returns (uint256 proceeds);
}
