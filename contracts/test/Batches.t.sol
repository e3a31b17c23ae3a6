// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "../src/refperps/IRefPerps.sol";
import {RefPerpsLens} from "../src/refperps/RefPerpsLens.sol";
import {AccountSeeder} from "../src/testing/AccountSeeder.sol";
import {Exchange} from "./support/Exchange.sol";

contract BatchesTest is Exchange {
    RefPerpsLens private lens;
    AccountSeeder private seeder;
    AccountSeeder.Spec[] private specs;
    AccountSeeder.Step[] private steps;

    function setUp() public override {
        super.setUp();
        lens = RefPerpsLens(vm.deployCode("RefPerpsLens.sol:RefPerpsLens"));
        seeder = AccountSeeder(vm.deployCode("AccountSeeder.sol:AccountSeeder", abi.encode(perps)));
        token.mint(address(seeder), 1e30);
    }

    function spec(uint8 mode, uint256 amount, int256 eth, int256 sol) private {
        AccountSeeder.Spec storage s = specs.push();
        (s.mode, s.isolatedMarket, s.deposit) = (mode, mode == 1 ? ETH : 0, amount);
        if (eth != 0) s.legs.push(AccountSeeder.Leg(ETH, eth));
        if (sol != 0) s.legs.push(AccountSeeder.Leg(SOL, sol));
    }

    function test_the_seeder_opens_funds_and_trades_and_skips_what_fails() public {
        spec(0, 2_300e18, 50e18, 0);
        spec(1, 50_000e18, 50e18, 10e18); // the second leg is not its market
        spec(0, 50_000e18, 10e18, -10e18);
        (uint256 first, uint256 failed) = seeder.seed(specs);
        eq(first, 1, "first");
        eq(failed, 1, "the wrong leg");
        eq(perps.accountCount(), 3, "accounts");
        eq(perps.getPosition(3, SOL).size, -10e18, "two legs");
        yes(perps.getAccount(1).owner == address(seeder), "owner");
    }

    function test_the_seeder_drives_steps_and_reports_which_worked() public {
        spec(0, 2_300e18, 50e18, 0);
        seeder.seed(specs);
        steps.push(AccountSeeder.Step(0, 1, 0, 0, 100e18));
        steps.push(AccountSeeder.Step(1, 1, 0, 0, 1e30)); // far too much
        steps.push(AccountSeeder.Step(2, 1, ETH, -1e18, 0));
        steps.push(AccountSeeder.Step(5, 1, ETH, 0, 0)); // healthy
        steps.push(AccountSeeder.Step(3, 1, ETH, 0, 0));
        steps.push(AccountSeeder.Step(6, 0, SOL, 0, 0));
        bytes memory done = seeder.drive(steps);
        eq(uint256(uint8(done[0])), 1 + 4 + 16 + 32, "which worked");
        eq(perps.getPosition(1, ETH).size, 0, "closed");
        vm.expectRevert(AccountSeeder.NotOwner.selector);
        seeder.step(steps[0]);
        vm.prank(keeper);
        vm.expectRevert(AccountSeeder.NotOwner.selector);
        seeder.drive(steps);
    }

    function test_the_lens_marks_what_reverts_and_answers_the_rest() public {
        spec(0, 2_700e18, 50e18, 0);
        spec(0, 50_000e18, 50e18, 0);
        spec(0, 50_000e18, 10e18, -10e18);
        for (uint256 i = 0; i < 7; i++) {
            spec(0, 2_700e18, 50e18, 0);
        }
        seeder.seed(specs);
        vm.warp(START + 3_601);
        setPrice(ETH, 1_950e8); // SOL is stale
        (bytes memory bits, bytes memory failed) = lens.liquidatable(perps, 1, 11);
        eq(uint256(uint8(bits[0])), 0xf9, "1 and 4 to 8");
        eq(uint256(uint8(bits[1])), 0x03, "9 and 10");
        eq(uint256(uint8(failed[0])), 0x04, "3 has a stale feed");
        eq(uint256(uint8(failed[1])), 0x04, "11 does not exist");

        uint256[] memory ids = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (1, 2, 3);
        RefPerpsLens.HealthRow[] memory rows = lens.health(perps, ids);
        (int256 e, uint256 r, uint256 i_) = perps.accountHealth(1);
        yes(rows[0].ok && rows[0].liquidatable && rows[0].equity == e, "1");
        eq(rows[0].maintenance, r, "R");
        eq(rows[0].initial, i_, "I");
        yes(rows[1].ok && !rows[1].liquidatable, "2");
        no(rows[2].ok, "3");

        uint32[] memory markets = new uint32[](3);
        (markets[0], markets[1], markets[2]) = (ETH, ETH, ETH);
        RefPerpsLens.CloseRow[] memory closes = lens.closes(perps, ids, markets);
        (uint256 x, bool full) = perps.minimalClose(1, ETH);
        eq(closes[0].closeSize, x, "x*");
        yes(closes[0].full == full && closes[0].ok, "mode");
        eq(closes[1].closeSize, 0, "healthy");
        no(closes[2].ok, "stale");
        eq(lens.accounts(perps, ids)[2].markets.length, 2, "accounts");
        eq(lens.positions(perps, ids, markets)[2].size, 10e18, "positions");
    }
}
