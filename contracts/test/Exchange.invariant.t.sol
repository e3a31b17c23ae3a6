// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "../src/refperps/IRefPerps.sol";
import {Exchange} from "./support/Exchange.sol";
import {Mirror} from "./support/Mirror.sol";

/// @notice Random users, prices, times and keepers. After every action the mirror has applied that call's events alone.
/// The two promises of a liquidation are checked at every attempt: healthy never, unhealthy (and fresh) always.
contract ExchangeActor is Exchange {
    Mirror public mirror;
    uint256 public liquidations;
    uint256 public partials;
    uint256 public refusals;
    uint256 public debts;
    uint256 private clock = START;
    mapping(uint32 market => uint256) private price;

    constructor() {
        vm.recordLogs();
        setUp();
        mirror = new Mirror(perps);
        (price[ETH], price[SOL]) = (2_000e8, 100e8);
        IRefPerps.GlobalParams memory g = globals();
        mirror.apply_(vm.getRecordedLogs());
        perps.setGlobalParams(g);
        mirror.apply_(vm.getRecordedLogs());
        for (uint256 i = 0; i < 6; i++) {
            id_[i] = perps.openAccount(i == 5 ? 1 : 0, i == 5 ? ETH : 0);
            perps.deposit(id_[i], 3_000e18);
        }
        mirror.apply_(vm.getRecordedLogs());
    }

    uint256[6] private id_;

    /// @dev Recorded logs include those of calls that reverted: so they are dropped at each failure, and applied right
    /// after each call that worked.
    modifier told() {
        _;
        tell();
    }

    function tell() private {
        mirror.apply_(vm.getRecordedLogs());
    }

    function forget() private {
        vm.getRecordedLogs();
    }

    function exchange() external view returns (IRefPerps) {
        return perps;
    }

    function solvent() external view {
        assertSolvent();
    }

    // ----------------------------------------------------------------------------------------------------- actions

    function deposit(uint256 who, uint256 amount) external told {
        perps.deposit(id_[who % 6], bound(amount, 1, 5_000e18));
    }

    function withdraw(uint256 who, uint256 amount) external told {
        try perps.withdraw(id_[who % 6], bound(amount, 1, 5_000e18)) {}
        catch {
            forget();
        }
    }

    /// @dev Ten to 45 times the equity, so that small moves matter.
    function trade(uint256 who, bool eth, uint256 leverage, bool long) external told {
        uint32 m = eth ? ETH : SOL;
        int256 e;
        try perps.accountHealth(id_[who % 6]) returns (int256 equity, uint256, uint256) {
            e = equity;
        } catch {}
        uint256 worth = e <= 0 ? 100e18 : uint256(e) * bound(leverage, 10, 45);
        int256 delta = int256(worth * 1e8 / price[m] / 1e15 * 1e15);
        try perps.trade(id_[who % 6], m, long ? delta : -delta, long ? MAX : 0) {}
        catch {
            forget();
        }
    }

    function close_(uint256 who, bool eth) external told {
        uint32 m = eth ? ETH : SOL;
        int256 size = perps.getPosition(id_[who % 6], m).size;
        if (size == 0) return;
        try perps.trade(id_[who % 6], m, -size, size < 0 ? MAX : 0) {}
        catch {
            forget();
        }
    }

    function move(bool eth, uint256 permille) external told {
        uint32 m = eth ? ETH : SOL;
        price[m] = bound(price[m] * bound(permille, 991, 1_009) / 1_000, 1e6, 1e14);
        setPrice(m, price[m]);
    }

    function crash(bool eth, bool up) external told {
        uint32 m = eth ? ETH : SOL;
        price[m] = bound(up ? price[m] * 2 : price[m] / 2, 1e6, 1e14);
        setPrice(m, price[m]);
    }

    function wait_(uint256 time, bool refresh) external told {
        clock += bound(time, 1, 3_000);
        vm.warp(clock);
        if (refresh) {
            setPrice(ETH, price[ETH]);
            setPrice(SOL, price[SOL]);
        }
    }

    function changeParams(bool eth, uint256 seed) external told {
        uint32 m = eth ? ETH : SOL;
        IRefPerps.MarketParams memory p = perps.getMarketParams(m);
        p.bufferPpm = uint32(seed % 250_000);
        p.partialFloorPpm = uint32((seed >> 32) % 1_000_001);
        p.maxFundingPerDay = uint64((seed >> 64) % 1e18);
        p.liqFeePpm = uint32((seed >> 128) % 12_500);
        try perps.setMarketParams(m, p) {}
        catch {
            forget();
        }
    }

    function liquidate_(uint256 who, bool eth, bool exact) external told {
        attempt(id_[who % 6], eth ? ETH : SOL, exact);
    }

    function keeperRound(uint256 seed) external told {
        for (uint256 i = 0; i < 6; i++) {
            attempt(id_[i], ETH, seed & 1 == 0);
            attempt(id_[i], SOL, seed & 2 == 0);
            if (seed & 4 == 0) resolve(id_[i]);
        }
    }

    function resolve_(uint256 who) external told {
        resolve(id_[who % 6]);
    }

    // ------------------------------------------------------------------------------------------------------- parts

    function resolve(uint256 id) private {
        IRefPerps.AccountView memory a = perps.getAccount(id);
        bool owed = a.markets.length == 0 && a.quote < 0;
        try perps.resolveBadDebt(id) {
            yes(owed, "resolved what was no bad debt");
            debts++;
            tell();
        } catch {
            forget();
            no(owed, "bad debt could not be resolved");
        }
    }

    function attempt(uint256 id, uint32 m, bool exact) private {
        bool fresh = true;
        bool unhealthy;
        try perps.liquidatable(id) returns (bool u) {
            unhealthy = u;
        } catch {
            fresh = false;
        }
        int256 size = perps.getPosition(id, m).size;
        uint256 minimal;
        if (fresh) (minimal,) = perps.minimalClose(id, m);
        yes((minimal != 0) == (unhealthy && size != 0), "minimalClose answers iff liquidatable");
        vm.prank(keeper);
        try perps.liquidatePosition(id, m, exact && minimal != 0 ? minimal : MAX) {
            yes(fresh && unhealthy && size != 0, "a healthy account was liquidated");
            int256 left = perps.getPosition(id, m).size;
            eq(size > 0 ? size - left : left - size, int256(minimal), "closed the minimal close");
            liquidations++;
            if (left != 0) partials++;
            tell();
        } catch {
            forget();
            no(fresh && unhealthy && size != 0, "an unhealthy account could not be liquidated");
            refusals++;
        }
    }
}

contract ExchangeInvariantTest {
    ExchangeActor private actor;

    function setUp() public {
        actor = new ExchangeActor();
    }

    function targetContracts() external view returns (address[] memory a) {
        a = new address[](1);
        a[0] = address(actor);
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory t) {
        bytes4[] memory s = new bytes4[](14);
        s[0] = ExchangeActor.deposit.selector;
        s[1] = ExchangeActor.withdraw.selector;
        s[2] = s[3] = s[4] = ExchangeActor.trade.selector;
        s[5] = ExchangeActor.close_.selector;
        s[6] = s[7] = ExchangeActor.move.selector;
        s[8] = ExchangeActor.crash.selector;
        s[9] = ExchangeActor.wait_.selector;
        s[10] = ExchangeActor.liquidate_.selector;
        s[11] = ExchangeActor.keeperRound.selector;
        s[12] = ExchangeActor.resolve_.selector;
        s[13] = ExchangeActor.changeParams.selector;
        t = new FuzzSelector[](1);
        t[0] = FuzzSelector(address(actor), s);
    }

    /// @notice cash = sum of quote + pool + insurance fund = tokens held; open interest is the sum of the positions; the
    /// mirror built from events equals every getter.
    function invariant_solvent_and_events_carry_final_values() public view {
        actor.solvent();
        actor.mirror().compare();
        openInterest();
    }

    event counted(uint256 liquidations, uint256 partials, uint256 refusals, uint256 debts);

    /// @notice The invariant is worth something only if the actors get everywhere.
    function test_control_a_random_walk_reaches_every_outcome() public {
        uint256 seed = 1;
        for (uint256 i = 0; i < 250; i++) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 action = (seed >> 200) % 6;
            if (action == 0) actor.deposit(seed, 1 + (seed >> 8) % 500e18);
            else if (action <= 3) actor.trade(seed, seed & 256 == 0, 22 + (seed >> 16) % 12, seed & 512 == 0);
            else if (action == 4) actor.wait_(seed >> 8, true);
            else if (seed & 0xf000 == 0) actor.crash(seed & 256 == 0, seed & 512 == 0);
            actor.move(true, seed >> 16);
            actor.move(false, seed >> 32);
            actor.keeperRound(seed >> 8);
        }
        actor.mirror().compare();
        emit counted(actor.liquidations(), actor.partials(), actor.refusals(), actor.debts());
        require(actor.liquidations() > 10, "liquidations");
        require(actor.partials() > 0, "partial ones");
        require(actor.liquidations() > actor.partials(), "whole ones");
        require(actor.refusals() > 10, "refusals");
        require(actor.debts() > 0, "bad debts");
    }

    /// @notice The mirror sees a state that no event told.
    function test_control_the_mirror_notices_a_missed_call() public {
        IRefPerps perps = actor.exchange();
        perps.openAccount(0, 0);
        try actor.mirror().compare() {
            revert("unnoticed");
        } catch {}
    }

    function openInterest() private view {
        IRefPerps perps = actor.exchange();
        for (uint32 m = 1; m <= perps.marketCount(); m++) {
            int256 long;
            int256 short;
            for (uint256 id = 1; id <= perps.accountCount(); id++) {
                int256 size = perps.getPosition(id, m).size;
                if (size > 0) long += size;
                else short -= size;
            }
            IRefPerps.MarketView memory v = perps.getMarket(m);
            require(int256(v.oiLong) == long && int256(v.oiShort) == short, "open interest");
        }
    }
}
