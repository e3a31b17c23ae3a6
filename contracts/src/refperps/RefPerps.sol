// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "../token/IERC20.sol";
import {SafeToken} from "../token/SafeToken.sol";
import {IRefPerps} from "./IRefPerps.sol";
import {RefPerpsAdmin} from "./RefPerpsAdmin.sol";
import {RefPerpsCore as Core} from "./RefPerpsCore.sol";
import {RefPerpsLiquidation} from "./RefPerpsLiquidation.sol";
import {RefPerpsStorage as S} from "./RefPerpsStorage.sol";
import {RefPerpsTrading} from "./RefPerpsTrading.sol";

/// @title RefPerps, the reference perpetuals exchange
/// @notice Entry points, guards and tokens. Work is in three linked libraries, formulas are in RefPerpsMath, the exact
/// specification is SPEC.md.
contract RefPerps is IRefPerps {
    using SafeToken for address;

    address public immutable quoteToken;
    address public owner;
    address public pendingOwner;
    S.Layout private s;
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

    constructor(address token, GlobalParams memory params) {
        if (IERC20(token).decimals() != 18) revert InvalidParams("decimals");
        quoteToken = token;
        owner = msg.sender;
        emit OwnershipTransferred(address(0), msg.sender);
        RefPerpsAdmin.setGlobalParams(s, params);
    }

    // ---------------------------------------------------------------------------------------------------- accounts

    function openAccount(uint8 mode, uint32 isolatedMarket) external nonReentrant returns (uint256 id) {
        return RefPerpsTrading.openAccount(s, mode, isolatedMarket);
    }

    function transferAccount(uint256 id, address to) external nonReentrant {
        RefPerpsTrading.transferAccount(s, id, to);
    }

    function deposit(uint256 id, uint256 amount) external nonReentrant {
        Core.requireAccount(s, id);
        take(amount);
        Core.changeQuote(s, id, int256(amount), S.REASON_DEPOSIT);
    }

    function withdraw(uint256 id, uint256 amount) external nonReentrant {
        RefPerpsTrading.withdraw(s, id, amount);
        quoteToken.send(msg.sender, amount);
    }

    function trade(uint256 id, uint32 market, int256 sizeDelta, uint256 limitPrice) external nonReentrant {
        RefPerpsTrading.trade(s, id, market, sizeDelta, limitPrice);
    }

    // ----------------------------------------------------------------------------------------------------- anybody

    function sync(uint32 market) external nonReentrant {
        Core.sync(s, market);
        Core.updateRate(s, market);
    }

    function liquidatePosition(uint256 id, uint32 market, uint256 closeSize)
        external
        nonReentrant
        returns (uint256 keeperReward)
    {
        keeperReward = RefPerpsLiquidation.liquidatePosition(s, id, market, closeSize);
        if (keeperReward != 0) quoteToken.send(msg.sender, keeperReward);
    }

    function resolveBadDebt(uint256 id) external nonReentrant {
        RefPerpsLiquidation.resolveBadDebt(s, id);
    }

    function depositPool(uint256 amount) external nonReentrant {
        take(amount);
        Core.changePool(s, int256(amount));
    }

    function depositInsurance(uint256 amount) external nonReentrant {
        take(amount);
        Core.changeInsurance(s, int256(amount), 0);
    }

    // ------------------------------------------------------------------------------------------------------- owner

    function listMarket(bytes32 symbol, MarketParams calldata params, Tier[] calldata mm, Tier[] calldata im)
        external
        onlyOwner
        nonReentrant
        returns (uint32 market)
    {
        return RefPerpsAdmin.listMarket(s, symbol, params, mm, im);
    }

    function setMarketParams(uint32 market, MarketParams calldata params) external onlyOwner nonReentrant {
        RefPerpsAdmin.setMarketParams(s, market, params);
    }

    function setMarketTiers(uint32 market, Tier[] calldata mm, Tier[] calldata im) external onlyOwner nonReentrant {
        RefPerpsAdmin.setMarketTiers(s, market, mm, im);
    }

    function setGlobalParams(GlobalParams calldata params) external onlyOwner nonReentrant {
        RefPerpsAdmin.setGlobalParams(s, params);
    }

    function setPaused(uint8 bits) external onlyOwner nonReentrant {
        RefPerpsAdmin.setPaused(s, bits);
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

    // ------------------------------------------------------------------------------------------------------- views

    function accountHealth(uint256 id) external view returns (int256, uint256, uint256) {
        return RefPerpsLiquidation.accountHealth(s, id);
    }

    function liquidatable(uint256 id) external view returns (bool) {
        return RefPerpsLiquidation.liquidatable(s, id);
    }

    function minimalClose(uint256 id, uint32 market) external view returns (uint256, bool) {
        return RefPerpsLiquidation.minimalClose(s, id, market);
    }

    function markPrice(uint32 market) external view returns (uint256, uint256) {
        return RefPerpsLiquidation.markPrice(s, market);
    }

    function getAccount(uint256 id) external view returns (AccountView memory) {
        S.AccountData storage a = s.accounts[id];
        return AccountView(a.owner, a.mode, a.isolatedMarket, a.quote, a.markets);
    }

    function getPosition(uint256 id, uint32 market) external view returns (Position memory) {
        S.PositionData storage p = s.positions[id][market];
        return Position(p.size, p.entryNotional, p.entryFunding);
    }

    function getMarket(uint32 market) external view returns (MarketView memory v) {
        S.MarketData storage m = s.markets[market];
        v.symbol = m.symbol;
        v.roundId = m.roundId;
        v.price = m.price;
        v.oracleUpdatedAt = m.oracleUpdatedAt;
        v.fundingIndex = m.fundingIndex;
        v.fundingTime = m.fundingTime;
        v.fundingRate = m.fundingRate;
        v.skew = Core.skewOf(m);
        v.oiLong = m.oiLong;
        v.oiShort = m.oiShort;
    }

    function getMarketParams(uint32 market) external view returns (MarketParams memory) {
        return s.markets[market].params;
    }

    function getMarketTiers(uint32 market) external view returns (Tier[] memory, Tier[] memory) {
        return (s.markets[market].mm, s.markets[market].im);
    }

    function getGlobalParams() external view returns (GlobalParams memory) {
        return s.globals;
    }

    function accountCount() external view returns (uint256) {
        return s.accountCount;
    }

    function marketCount() external view returns (uint32) {
        return s.marketCount;
    }

    function totalQuote() external view returns (int256) {
        return s.totalQuote;
    }

    function pool() external view returns (int256) {
        return s.pool;
    }

    function insuranceFund() external view returns (uint256) {
        return s.insuranceFund;
    }

    function cash() external view returns (uint256) {
        return s.cash;
    }

    function paused() external view returns (uint8) {
        return s.paused;
    }

    // ------------------------------------------------------------------------------------------------------ tokens

    /// @notice Takes exactly `amount`: a token that keeps a part for itself is refused.
    function take(uint256 amount) private {
        if (amount == 0) revert ZeroAmount();
        if (amount >= 1 << 128) revert AmountTooLarge();
        uint256 before = IERC20(quoteToken).balanceOf(address(this));
        quoteToken.take(msg.sender, amount);
        if (IERC20(quoteToken).balanceOf(address(this)) - before != amount) revert TransferFailed();
        s.cash += amount;
    }
}
