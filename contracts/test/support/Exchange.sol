// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Aggregator} from "../../src/oracle/Aggregator.sol";
import {AggregatorProxy} from "../../src/oracle/AggregatorProxy.sol";
import {IRefPerps} from "../../src/refperps/IRefPerps.sol";
import {TestToken} from "../../src/token/TestToken.sol";
import {Test} from "./Test.sol";

/// @notice A running exchange: market 1 (2,000 USD), market 2 (100 USD), a pool, an insurance fund.
abstract contract Exchange is Test {
    uint256 internal constant MAX = type(uint256).max;
    uint256 internal constant START = 1_800_000_000;
    uint32 internal constant ETH = 1;
    uint32 internal constant SOL = 2;

    TestToken internal token;
    IRefPerps internal perps;
    mapping(uint32 market => Aggregator) internal feeds;
    address internal keeper = address(0xbeef);

    function setUp() public virtual {
        vm.warp(START);
        token = TestToken(vm.deployCode("TestToken.sol:TestToken", abi.encode("US Dollar", "USD")));
        perps = IRefPerps(vm.deployCode("RefPerps.sol:RefPerps", abi.encode(token, globals())));
        token.approve(address(perps), MAX);
        token.mint(address(this), 1e30);
        list("ETH", 2_000e8);
        list("SOL", 100e8);
        fund();
    }

    function fund() internal virtual {
        perps.depositPool(10_000_000e18);
        perps.depositInsurance(1_000e18);
    }

    function globals() internal pure returns (IRefPerps.GlobalParams memory g) {
        g.stipend = 2e18;
        g.keeperCap = 5_000e18;
        g.debtPpm = 100_000;
    }

    function params(address feed) internal pure returns (IRefPerps.MarketParams memory p) {
        p.feed = feed;
        p.maxStaleness = 3_600;
        p.premiumCap = 0.05e18;
        p.lot = 0.001e18;
        p.minNotional = 50e18;
        p.closeTolerance = 0.01e18;
        p.skewScale = 100_000e18;
        p.maxFundingPerDay = 0.1e18;
        p.takerFeePpm = 500;
        p.liqFeePpm = 5_000;
        p.keeperSharePpm = 400_000;
        p.bufferPpm = 100_000;
        p.partialFloorPpm = 500_000;
        p.feedDecimals = 8;
    }

    function mmTiers() internal pure returns (IRefPerps.Tier[] memory t) {
        t = new IRefPerps.Tier[](3);
        t[0] = IRefPerps.Tier(100_000e18, 10_000);
        t[1] = IRefPerps.Tier(1_000_000e18, 25_000);
        t[2] = IRefPerps.Tier(type(uint128).max, 50_000);
    }

    function imTiers() internal pure returns (IRefPerps.Tier[] memory t) {
        t = new IRefPerps.Tier[](3);
        t[0] = IRefPerps.Tier(100_000e18, 20_000);
        t[1] = IRefPerps.Tier(1_000_000e18, 50_000);
        t[2] = IRefPerps.Tier(type(uint128).max, 100_000);
    }

    function list(bytes32 symbol, int192 answer) internal returns (uint32 market) {
        Aggregator feed = Aggregator(vm.deployCode("Aggregator.sol:Aggregator", abi.encode(8, "X / USD")));
        feed.transmit(answer);
        address proxy = vm.deployCode("AggregatorProxy.sol:AggregatorProxy", abi.encode(feed));
        market = perps.listMarket(symbol, params(proxy), mmTiers(), imTiers());
        feeds[market] = feed;
    }

    /// @notice Changes one market's parameters by what `edit` does to them.
    function setParams(uint32 market, function(IRefPerps.MarketParams memory) internal pure edit) internal {
        IRefPerps.MarketParams memory p = perps.getMarketParams(market);
        edit(p);
        perps.setMarketParams(market, p);
    }

    function setPrice(uint32 market, uint256 usd8) internal {
        feeds[market].transmit(int192(int256(usd8)));
    }

    function open(uint256 amount) internal returns (uint256 id) {
        id = perps.openAccount(0, 0);
        if (amount != 0) perps.deposit(id, amount);
    }

    function trade(uint256 id, uint32 market, int256 delta) internal {
        perps.trade(id, market, delta, delta > 0 ? MAX : 0);
    }

    function close(uint256 id, uint32 market) internal {
        trade(id, market, -perps.getPosition(id, market).size);
    }

    function opened(uint256 amount, uint32 market, int256 delta) internal returns (uint256 id) {
        id = open(amount);
        trade(id, market, delta);
    }

    function liquidate(uint256 id, uint32 market, uint256 size) internal returns (uint256) {
        vm.prank(keeper);
        return perps.liquidatePosition(id, market, size);
    }

    function health(uint256 id) internal view returns (int256 e, uint256 r) {
        (e, r,) = perps.accountHealth(id);
    }

    /// @notice Deposits so that E = R + surplus; the account must be below that.
    function raiseTo(uint256 id, int256 surplus) internal {
        (int256 e, uint256 r) = health(id);
        int256 missing = int256(r) + surplus - e;
        yes(missing > 0, "raiseTo needs an account below");
        perps.deposit(id, uint256(missing));
    }

    function assertSolvent() internal view {
        int256 sum = 0;
        for (uint256 id = 1; id <= perps.accountCount(); id++) {
            sum += perps.getAccount(id).quote;
        }
        eq(sum, perps.totalQuote(), "sum of quote");
        eq(sum + perps.pool() + int256(perps.insuranceFund()), int256(perps.cash()), "solvency");
        eq(token.balanceOf(address(perps)), perps.cash(), "tokens held");
    }
}
