// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "../../src/refperps/IRefPerps.sol";
import {Test, Vm} from "./Test.sol";

/// @notice The exchange's state rebuilt from its events alone, by assignment: what a mirror off chain does. Also checks
/// the order that every call keeps: MarketSynced before and MarketState after a position changes.
contract Mirror is Test {
    IRefPerps private immutable perps;
    mapping(uint256 id => int256) private quote;
    mapping(uint256 id => address) private owner;
    mapping(uint256 id => mapping(uint32 market => IRefPerps.Position)) private position;
    mapping(uint32 market => IRefPerps.MarketView) private market;
    mapping(uint32 market => bytes32) private params;
    mapping(uint32 market => bytes32) private tiers;
    mapping(uint32 market => uint256) private syncedInCall;
    bytes32 private globals;
    int256 private pool;
    uint256 private insurance;
    uint256 private call;
    uint32 private awaited; // market whose MarketState must follow

    constructor(IRefPerps perps_) {
        perps = perps_;
    }

    /// @notice The logs of one call.
    function apply_(Vm.Log[] calldata logs) external {
        call++;
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].emitter == address(perps)) one(logs[i]);
        }
        eq(awaited, 0, "MarketState is missing");
    }

    function one(Vm.Log calldata log) private {
        bytes32 t = log.topics[0];
        uint256 key = log.topics.length > 1 ? uint256(log.topics[1]) : 0;
        uint32 m = uint32(key);
        if (t == IRefPerps.QuoteChanged.selector) {
            (int256 delta, int256 balance,) = abi.decode(log.data, (int256, int256, uint8));
            eq(quote[key] + delta, balance, "delta and balance of quote");
            quote[key] = balance;
        } else if (t == IRefPerps.PositionChanged.selector) {
            m = uint32(uint256(log.topics[2]));
            eq(syncedInCall[m], call, "MarketSynced comes first");
            awaited = m;
            (position[key][m].size, position[key][m].entryNotional, position[key][m].entryFunding) =
                abi.decode(log.data, (int256, int256, int256));
        } else if (t == IRefPerps.MarketSynced.selector) {
            syncedInCall[m] = call;
            IRefPerps.MarketView storage v = market[m];
            (v.roundId, v.price, v.oracleUpdatedAt, v.fundingIndex, v.fundingTime) =
                abi.decode(log.data, (uint80, uint256, uint64, int256, uint64));
        } else if (t == IRefPerps.MarketState.selector) {
            if (awaited == m) awaited = 0;
            IRefPerps.MarketView storage v = market[m];
            (v.skew, v.oiLong, v.oiShort, v.fundingRate) = abi.decode(log.data, (int256, uint256, uint256, int256));
        } else if (t == IRefPerps.PoolChanged.selector) {
            int256 delta;
            int256 before = pool;
            (delta, pool) = abi.decode(log.data, (int256, int256));
            eq(before + delta, pool, "delta and balance of the pool");
        } else if (t == IRefPerps.InsuranceFundChanged.selector) {
            int256 delta;
            int256 before = int256(insurance);
            (delta, insurance) = abi.decode(log.data, (int256, uint256));
            eq(before + delta, int256(insurance), "delta and balance of the fund");
        } else if (t == IRefPerps.AccountOpened.selector || t == IRefPerps.AccountTransferred.selector) {
            owner[key] = address(uint160(uint256(log.topics[2])));
        } else if (t == IRefPerps.MarketListed.selector) {
            market[m].symbol = abi.decode(log.data, (bytes32));
        } else if (t == IRefPerps.MarketParamsSet.selector) {
            params[m] = keccak256(log.data);
        } else if (t == IRefPerps.MarketTiersSet.selector) {
            tiers[m] = keccak256(log.data);
        } else if (t == IRefPerps.GlobalParamsSet.selector) {
            globals = keccak256(log.data);
        }
    }

    /// @notice Equal to every getter, or a revert that names the field.
    function compare() external view {
        eq(pool, perps.pool(), "pool");
        eq(insurance, perps.insuranceFund(), "insurance fund");
        yes(globals == keccak256(abi.encode(perps.getGlobalParams())), "global params");
        uint32 markets = perps.marketCount();
        for (uint32 m = 1; m <= markets; m++) {
            yes(keccak256(abi.encode(market[m])) == keccak256(abi.encode(perps.getMarket(m))), "market");
            yes(params[m] == keccak256(abi.encode(perps.getMarketParams(m))), "market params");
            (IRefPerps.Tier[] memory mm, IRefPerps.Tier[] memory im) = perps.getMarketTiers(m);
            yes(tiers[m] == keccak256(abi.encode(mm, im)), "tiers");
        }
        for (uint256 id = 1; id <= perps.accountCount(); id++) {
            IRefPerps.AccountView memory a = perps.getAccount(id);
            eq(quote[id], a.quote, "quote");
            yes(owner[id] == a.owner, "owner");
            for (uint32 m = 1; m <= markets; m++) {
                yes(
                    keccak256(abi.encode(position[id][m])) == keccak256(abi.encode(perps.getPosition(id, m))),
                    "position"
                );
            }
        }
    }
}
