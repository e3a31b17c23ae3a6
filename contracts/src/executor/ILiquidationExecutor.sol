// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Many liquidations in one transaction, each isolated; profit to a fixed treasury
/// @notice The owner (cold) decides what may be called; the operator (hot) decides when. Whoever holds the operator's key
/// can spend its gas and nothing else: calls are limited to allow-listed (target, selector) pairs, tokens leave to the
/// treasury only.
interface ILiquidationExecutor {
    struct Item {
        address target;
        uint64 gasLimit; // gas handed to the call, exactly
        bytes data;
    }

    struct MinProfit {
        address token;
        uint256 minProfit; // in the token's smallest unit
    }

    struct ItemResult {
        bool success;
        bytes result; // return or revert data, at most MAX_RESULT bytes of it
    }

    /// @notice `result` is the return or revert data, truncated to MAX_RESULT bytes.
    event ItemExecuted(uint256 indexed index, bool success, bytes result);
    /// @notice `amount` is what the treasury got: the whole balance, which is at least the profit of this call.
    event ProfitPaid(address indexed token, uint256 amount);
    event OperatorSet(address indexed operator);
    event TargetAllowed(address indexed target, bytes4 indexed selector, bool allowed);
    event TokenAllowed(address indexed token, bool allowed);
    event PausedSet(bool paused);
    event OwnershipTransferStarted(address indexed owner, address indexed pendingOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    error NotOwner();
    error NotOperator();
    error ZeroAddress();
    error Reentered();
    error ExecutorPaused();
    error DeadlinePassed(uint256 deadline);
    error NoItems();
    error NotAllowed(address target, bytes4 selector);
    error TokenNotAllowed(address token);
    error DuplicateToken(address token);
    error NotAContract(address target);
    /// @notice The gas left cannot give item `index` its gasLimit and still finish.
    error InsufficientGas(uint256 index);
    error MinProfitNotMet(address token, int256 profit, uint256 minProfit);
    error TransferFailed(address token);

    /// @notice Operator only. A failing item is reported and does not stop the others; a forbidden item, too little gas
    /// or a profit below its minimum reverts the whole call.
    function execute(Item[] calldata items, MinProfit[] calldata minProfits, uint256 deadline)
        external
        returns (ItemResult[] memory results);

    /// @notice Owner only. Sends the whole balance to the treasury.
    function sweep(address token) external returns (uint256 amount);

    function setOperator(address operator) external;

    /// @param target must have code where `allowed`.
    function allowTarget(address target, bytes4 selector, bool allowed) external;

    function allowToken(address token, bool allowed) external;

    function setPaused(bool paused) external;

    function transferOwnership(address to) external;

    function acceptOwnership() external;

    function owner() external view returns (address);

    function pendingOwner() external view returns (address);

    function operator() external view returns (address);

    function treasury() external view returns (address);

    function paused() external view returns (bool);

    function isTargetAllowed(address target, bytes4 selector) external view returns (bool);

    function isTokenAllowed(address token) external view returns (bool);
}
