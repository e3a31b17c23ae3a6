// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "../oracle/IAggregatorV3.sol";
import {SafeToken} from "../token/SafeToken.sol";

/// @title A lending pool that takes accounts over whole, for tests
/// @notice One collateral, one debt. Whoever may be liquidated is known by true or false alone, accounts are absorbed as a list,
/// and the absorber, who is named and need not be the caller, gets a bounty of the debt. Collateral is a number: nothing is
/// deposited.
contract AbsorbPool {
    using SafeToken for address;

    uint256 private constant WAD = 1e18;

    /// @notice Debt that collateral of this value covers, and the part of a debt that absorbing it pays.
    uint256 public constant COVER = 0.8e18;
    uint256 public constant BOUNTY = 0.02e18;

    address public immutable token;
    IAggregatorV3 public immutable feed;

    mapping(address account => uint256) public collateralOf;
    mapping(address account => uint256) public debtOf;

    event Borrowed(address indexed account, uint256 collateral, uint256 debt);
    event Absorbed(address indexed absorber, address indexed account, uint256 debt, uint256 bounty);

    error NotLiquidatable(address account);

    constructor(address token_, IAggregatorV3 feed_) {
        token = token_;
        feed = feed_;
    }

    /// @notice Accounts base + 1 to base + debts.length, each with one unit of collateral. Anybody may: it is a test's.
    function borrowFor(uint160 base, uint256[] calldata debts) external {
        for (uint256 i = 0; i < debts.length; i++) {
            address account = address(base + uint160(i) + 1);
            collateralOf[account] += WAD;
            debtOf[account] += debts[i];
            emit Borrowed(account, WAD, debts[i]);
        }
    }

    function isLiquidatable(address account) public view returns (bool) {
        (, int256 answer,,,) = feed.latestRoundData();
        return collateralOf[account] * uint256(answer) / 1e8 * COVER / WAD < debtOf[account];
    }

    function bountyOf(address account) public view returns (uint256) {
        return debtOf[account] * BOUNTY / WAD;
    }

    function absorb(address absorber, address[] calldata accounts) external {
        for (uint256 i = 0; i < accounts.length; i++) {
            address account = accounts[i];
            if (!isLiquidatable(account)) revert NotLiquidatable(account);
            uint256 bounty = bountyOf(account);
            emit Absorbed(absorber, account, debtOf[account], bounty);
            (collateralOf[account], debtOf[account]) = (0, 0);
            token.send(absorber, bounty);
        }
    }
}
