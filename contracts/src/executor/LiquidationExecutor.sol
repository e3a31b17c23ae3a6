// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "../token/IERC20.sol";
import {SafeToken} from "../token/SafeToken.sol";
import {ILiquidationExecutor} from "./ILiquidationExecutor.sol";

/// @title Liquidations in batches
contract LiquidationExecutor is ILiquidationExecutor {
    using SafeToken for address;

    /// @notice Bytes kept of an item's return or revert data.
    uint256 public constant MAX_RESULT = 256;
    /// @notice Gas kept back for the rest of this contract's work, beside TOKEN_GAS for each settlement token.
    uint256 public constant FINISH_GAS = 40_000;
    uint256 public constant TOKEN_GAS = 80_000;

    address public immutable treasury;
    address public owner;
    address public pendingOwner;
    address public operator;
    bool public paused;
    mapping(address target => mapping(bytes4 selector => bool)) public isTargetAllowed;
    mapping(address token => bool) public isTokenAllowed;
    bool private transient entered;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    modifier nonReentrant() {
        if (entered) revert Reentered();
        entered = true;
        _;
        entered = false;
    }

    constructor(address owner_, address operator_, address treasury_) {
        if (owner_ == address(0) || treasury_ == address(0)) revert ZeroAddress();
        owner = owner_;
        operator = operator_;
        treasury = treasury_;
        emit OwnershipTransferred(address(0), owner_);
        emit OperatorSet(operator_);
    }

    /// @notice 1 guards, 2 balances before, 3 each item in its own call with its own gas, 4 minimum profits, 5 pay out.
    function execute(Item[] calldata items, MinProfit[] calldata minProfits, uint256 deadline)
        external
        nonReentrant
        returns (ItemResult[] memory results)
    {
        if (msg.sender != operator) revert NotOperator();
        if (paused) revert ExecutorPaused();
        if (block.timestamp > deadline) revert DeadlinePassed(deadline);
        if (items.length == 0) revert NoItems();

        uint256[] memory before = balances(minProfits);
        uint256 reserve = FINISH_GAS + TOKEN_GAS * minProfits.length;
        results = new ItemResult[](items.length);
        for (uint256 i = 0; i < items.length; i++) {
            results[i] = run(items[i], i, reserve);
            emit ItemExecuted(i, results[i].success, results[i].result);
        }
        for (uint256 i = 0; i < minProfits.length; i++) {
            payOut(minProfits[i], before[i]);
        }
    }

    function sweep(address token) external onlyOwner nonReentrant returns (uint256 amount) {
        amount = IERC20(token).balanceOf(address(this));
        if (amount != 0) token.send(treasury, amount);
        emit ProfitPaid(token, amount);
    }

    function setOperator(address operator_) external onlyOwner {
        operator = operator_;
        emit OperatorSet(operator_);
    }

    function allowTarget(address target, bytes4 selector, bool allowed) external onlyOwner {
        if (allowed && target.code.length == 0) revert NotAContract(target);
        isTargetAllowed[target][selector] = allowed;
        emit TargetAllowed(target, selector, allowed);
    }

    function allowToken(address token, bool allowed) external onlyOwner {
        if (allowed && token.code.length == 0) revert NotAContract(token);
        isTokenAllowed[token] = allowed;
        emit TokenAllowed(token, allowed);
    }

    function setPaused(bool paused_) external onlyOwner {
        paused = paused_;
        emit PausedSet(paused_);
    }

    function transferOwnership(address to) external onlyOwner {
        pendingOwner = to;
        emit OwnershipTransferStarted(owner, to);
    }

    function acceptOwnership() external {
        if (msg.sender != pendingOwner) revert NotOwner();
        emit OwnershipTransferred(owner, msg.sender);
        owner = msg.sender;
        pendingOwner = address(0);
    }

    // ------------------------------------------------------------------------------------------------------- parts

    function balances(MinProfit[] calldata minProfits) private view returns (uint256[] memory before) {
        before = new uint256[](minProfits.length);
        for (uint256 i = 0; i < minProfits.length; i++) {
            address token = minProfits[i].token;
            if (!isTokenAllowed[token]) revert TokenNotAllowed(token);
            for (uint256 j = 0; j < i; j++) {
                if (minProfits[j].token == token) revert DuplicateToken(token);
            }
            before[i] = IERC20(token).balanceOf(address(this));
        }
    }

    /// @notice A call gets at most 63/64 of the gas left (EIP-150), silently less than asked for where that is short. So
    /// too little gas is an error of the whole call here: an item never fails because the operator sent too little.
    function run(Item calldata item, uint256 index, uint256 reserve) private returns (ItemResult memory result) {
        bytes4 selector = item.data.length < 4 ? bytes4(0) : bytes4(item.data[:4]);
        if (item.data.length < 4 || !isTargetAllowed[item.target][selector]) {
            revert NotAllowed(item.target, selector);
        }
        bytes memory data = item.data;
        if (gasleft() * 63 / 64 < uint256(item.gasLimit) + reserve) revert InsufficientGas(index);
        (result.success, result.result) = boundedCall(item.target, item.gasLimit, data);
    }

    /// @notice Copies at most MAX_RESULT bytes back, so that a target cannot burn the batch's gas with a long answer.
    function boundedCall(address target, uint256 gasLimit, bytes memory data)
        private
        returns (bool success, bytes memory result)
    {
        uint256 max = MAX_RESULT;
        assembly ("memory-safe") {
            success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0, 0)
            let size := returndatasize()
            if gt(size, max) { size := max }
            result := mload(0x40)
            mstore(0x40, add(result, and(add(size, 0x3f), not(0x1f))))
            mstore(result, size)
            returndatacopy(add(result, 0x20), 0, size)
        }
    }

    function payOut(MinProfit calldata wanted, uint256 before) private {
        uint256 balance = IERC20(wanted.token).balanceOf(address(this));
        int256 profit = int256(balance) - int256(before);
        if (profit < 0 || uint256(profit) < wanted.minProfit) {
            revert MinProfitNotMet(wanted.token, profit, wanted.minProfit);
        }
        if (balance != 0) {
            wanted.token.send(treasury, balance);
            emit ProfitPaid(wanted.token, balance);
        }
    }
}
