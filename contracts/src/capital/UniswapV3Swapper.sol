// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "../token/IERC20.sol";
import {SafeToken} from "../token/SafeToken.sol";
import {ISwapper} from "./ISwapper.sol";

/// @notice `exactInput` of Uniswap v3's SwapRouter, with a deadline in its arguments.
interface IUniswapV3Router {
    struct Params {
        bytes path;
        address recipient;
        uint256 deadline;
        uint256 amountIn;
        uint256 amountOutMinimum;
    }

    function exactInput(Params calldata params) external payable returns (uint256 amountOut);
}

/// @notice The same of SwapRouter02, without one.
interface IUniswapV3Router02 {
    struct Params {
        bytes path;
        address recipient;
        uint256 amountIn;
        uint256 amountOutMinimum;
    }

    function exactInput(Params calldata params) external payable returns (uint256 amountOut);
}

/// @title Sells by a router of Uniswap v3
/// @notice The route is the router's path: token (20 bytes), fee (3 bytes, in hundredths of a basis point), token, and so on.
contract UniswapV3Swapper is ISwapper {
    using SafeToken for address;

    address public immutable router;
    /// @notice SwapRouter takes a deadline, SwapRouter02 none.
    bool public immutable hasDeadline;
    bool private transient entered;

    error NotAContract(address router);
    error Reentered();

    constructor(address router_, bool hasDeadline_) {
        if (router_.code.length == 0) revert NotAContract(router_);
        router = router_;
        hasDeadline = hasDeadline_;
    }

    /// @notice While it runs it holds the caller's tokens, and a path may lead through tokens that call anybody: nobody
    /// else gets in meanwhile, since the rest goes to the caller.
    function swap(address from, address to, uint256 amount, uint256 minimum, bytes calldata route)
        external
        returns (uint256 proceeds)
    {
        if (entered) revert Reentered();
        entered = true;
        if (
            route.length < 43 || (route.length - 20) % 23 != 0 || address(bytes20(route[:20])) != from
                || address(bytes20(route[route.length - 20:])) != to
        ) revert WrongRoute(from, to);
        from.take(msg.sender, amount);
        from.allow(router, amount);
        proceeds = hasDeadline
            ? IUniswapV3Router(router)
                .exactInput(IUniswapV3Router.Params(route, msg.sender, block.timestamp, amount, minimum))
            : IUniswapV3Router02(router).exactInput(IUniswapV3Router02.Params(route, msg.sender, amount, minimum));
        from.allow(router, 0);
        uint256 rest = IERC20(from).balanceOf(address(this));
        if (rest != 0) from.send(msg.sender, rest);
        entered = false;
    }
}
