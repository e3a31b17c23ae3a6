// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ILiquidationExecutor} from "../src/executor/ILiquidationExecutor.sol";
import {IRefPerps} from "../src/refperps/IRefPerps.sol";
import {TestToken} from "../src/token/TestToken.sol";
import {Exchange} from "./support/Exchange.sol";
import {Vm} from "./support/Test.sol";

abstract contract WithExecutor is Exchange {
    ILiquidationExecutor internal executor;
    address internal operator = address(0x0937);
    address internal treasury = address(0x7ea5);
    ILiquidationExecutor.Item[] internal items;
    ILiquidationExecutor.MinProfit[] internal profits;

    function setUp() public virtual override {
        super.setUp();
        executor = ILiquidationExecutor(
            vm.deployCode("LiquidationExecutor.sol:LiquidationExecutor", abi.encode(address(this), operator, treasury))
        );
        executor.allowTarget(address(perps), IRefPerps.liquidatePosition.selector, true);
        executor.allowTarget(address(perps), IRefPerps.resolveBadDebt.selector, true);
        executor.allowToken(address(token), true);
    }

    function add(address target, uint64 gasLimit, bytes memory data) internal {
        items.push(ILiquidationExecutor.Item(target, gasLimit, data));
    }

    function addLiquidation(uint256 id) internal {
        add(address(perps), 800_000, abi.encodeCall(IRefPerps.liquidatePosition, (id, ETH, MAX)));
    }

    function want(uint256 minProfit) internal {
        profits.push(ILiquidationExecutor.MinProfit(address(token), minProfit));
    }

    function execute() internal returns (ILiquidationExecutor.ItemResult[] memory) {
        vm.prank(operator);
        return executor.execute(items, profits, block.timestamp);
    }

    function unhealthy() internal returns (uint256 id) {
        id = opened(2_300e18, ETH, 50e18);
    }
}

contract ExecutorTest is WithExecutor {
    Misbehaving private target;

    function setUp() public override {
        super.setUp();
        target = new Misbehaving();
        executor.allowTarget(address(target), Misbehaving.burn.selector, true);
        executor.allowTarget(address(target), Misbehaving.bomb.selector, true);
        executor.allowTarget(address(target), Misbehaving.gasGiven.selector, true);
        executor.allowTarget(address(target), Misbehaving.fail.selector, true);
        executor.allowTarget(address(target), Misbehaving.call.selector, true);
    }

    // --------------------------------------------------------------------------------------------------- isolation

    function test_one_item_that_reverts_does_not_take_the_others_down() public {
        (uint256 a, uint256 b) = (unhealthy(), unhealthy());
        uint256 healthy = opened(50_000e18, ETH, 50e18);
        setPrice(ETH, 1_970e8);
        addLiquidation(a);
        addLiquidation(healthy);
        addLiquidation(b);
        want(1);
        vm.recordLogs();
        ILiquidationExecutor.ItemResult[] memory r = execute();
        yes(r[0].success && !r[1].success && r[2].success, "the second alone failed");
        yes(bytes4(r[1].result) == IRefPerps.NotLiquidatable.selector, "and says why");
        uint256 reward = uint256(bytes32(r[0].result)) + uint256(bytes32(r[2].result));
        eq(token.balanceOf(treasury), reward, "the treasury has both rewards");
        eq(token.balanceOf(address(executor)), 0, "the executor keeps nothing");

        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 seen;
        for (uint256 i = 0; i < logs.length; i++) {
            if (logs[i].topics[0] == ILiquidationExecutor.ItemExecuted.selector) {
                (bool ok, bytes memory result) = abi.decode(logs[i].data, (bool, bytes));
                eq(uint256(logs[i].topics[1]), seen, "index");
                yes(ok == r[seen].success, "success");
                vm.assertEq(result, r[seen].result, "result");
                seen++;
            }
        }
        eq(seen, 3, "one event an item");
    }

    function test_control_without_isolation_one_revert_takes_all_down() public {
        (uint256 a, uint256 b) = (unhealthy(), opened(50_000e18, ETH, 50e18));
        setPrice(ETH, 1_970e8);
        NaiveBatch naive = new NaiveBatch();
        vm.expectPartialRevert(IRefPerps.NotLiquidatable.selector);
        naive.run(perps, a, b);
        yes(perps.liquidatable(a), "nothing was liquidated");
    }

    function test_an_item_that_burns_gas_burns_its_own() public {
        uint256 a = unhealthy();
        setPrice(ETH, 1_970e8);
        add(address(target), 200_000, abi.encodeCall(Misbehaving.burn, ()));
        addLiquidation(a);
        uint256 before = gasleft();
        ILiquidationExecutor.ItemResult[] memory r = execute();
        uint256 used = before - gasleft();
        no(r[0].success, "burnt");
        yes(r[1].success, "the next one ran");
        yes(used < 200_000 + 600_000, "bounded");
    }

    function test_a_long_answer_is_cut_and_costs_its_own_gas() public {
        add(address(target), 3_000_000, abi.encodeCall(Misbehaving.bomb, (100_000)));
        uint256 before = gasleft();
        ILiquidationExecutor.ItemResult[] memory r = execute();
        uint256 used = before - gasleft();
        eq(r[0].result.length, 256, "cut");
        yes(r[0].success, "the call itself is fine");
        uint256 alone = target.cost(100_000);
        emit log_named_uint("gas: answer of 100,000 bytes", used);
        yes(used < alone + 60_000, "not copied");
    }

    function test_an_item_gets_exactly_its_gas_or_the_call_reverts() public {
        add(address(target), 300_000, abi.encodeCall(Misbehaving.gasGiven, ()));
        ILiquidationExecutor.ItemResult[] memory r = execute();
        uint256 given = uint256(bytes32(r[0].result));
        yes(given <= 300_000 && given > 299_000, "its gas");

        bytes memory data = abi.encodeCall(ILiquidationExecutor.execute, (items, profits, block.timestamp));
        bool short;
        for (uint256 gas_ = 100_000; gas_ < 500_000; gas_ += 5_000) {
            vm.prank(operator);
            (bool ok, bytes memory answer) = address(executor).call{gas: gas_}(data);
            if (ok) {
                r = abi.decode(answer, (ILiquidationExecutor.ItemResult[]));
                yes(r[0].success && uint256(bytes32(r[0].result)) > 299_000, "never less");
            } else if (answer.length >= 4 && bytes4(answer) == ILiquidationExecutor.InsufficientGas.selector) {
                short = true;
            }
        }
        yes(short, "too little gas has its own error");
    }

    function test_control_without_the_gas_check_an_item_is_starved_in_silence() public {
        NaiveBatch naive = new NaiveBatch();
        bytes memory data = abi.encodeCall(Misbehaving.gasGiven, ());
        uint256 given = naive.bounded{gas: 150_000}(address(target), 300_000, data);
        yes(given < 150_000, "less than half of what was asked for, and no error");
    }

    // ------------------------------------------------------------------------------------------------------ guards

    function test_what_is_not_allowed_reverts_the_whole_call() public {
        addLiquidation(1);
        items[0].data = abi.encodeCall(IRefPerps.transferAccount, (1, operator));
        vm.expectRevert(
            abi.encodeWithSelector(
                ILiquidationExecutor.NotAllowed.selector, address(perps), IRefPerps.transferAccount.selector
            )
        );
        execute();
        items[0].target = address(token);
        items[0].data = abi.encodeCall(TestToken.transfer, (operator, 1));
        vm.expectPartialRevert(ILiquidationExecutor.NotAllowed.selector);
        execute();
        items[0].target = address(perps);
        items[0].data = hex"010203";
        vm.expectPartialRevert(ILiquidationExecutor.NotAllowed.selector);
        execute();
        executor.allowTarget(address(perps), IRefPerps.liquidatePosition.selector, false);
        items[0].data = abi.encodeCall(IRefPerps.liquidatePosition, (1, ETH, MAX));
        vm.expectPartialRevert(ILiquidationExecutor.NotAllowed.selector);
        execute();
        vm.expectRevert(abi.encodeWithSelector(ILiquidationExecutor.NotAContract.selector, address(1234)));
        executor.allowTarget(address(1234), 0x01020304, true);
    }

    function test_wrong_calls_have_clear_errors() public {
        vm.expectRevert(ILiquidationExecutor.NoItems.selector);
        execute();
        addLiquidation(1);
        vm.expectRevert(ILiquidationExecutor.NotOperator.selector);
        executor.execute(items, profits, block.timestamp);
        vm.prank(operator);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationExecutor.DeadlinePassed.selector, START - 1));
        executor.execute(items, profits, START - 1);
        want(0);
        want(0);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationExecutor.DuplicateToken.selector, address(token)));
        execute();
        profits.pop();
        executor.allowToken(address(token), false);
        vm.expectRevert(abi.encodeWithSelector(ILiquidationExecutor.TokenNotAllowed.selector, address(token)));
        execute();
        executor.setPaused(true);
        vm.expectRevert(ILiquidationExecutor.ExecutorPaused.selector);
        execute();
    }

    function test_a_profit_below_the_minimum_reverts_and_exactly_the_minimum_pays() public {
        uint256 a = unhealthy();
        setPrice(ETH, 1_970e8);
        uint256 snapshot = vm.snapshotState();
        uint256 reward = liquidate(a, ETH, MAX);
        vm.revertToState(snapshot);
        token.mint(address(executor), 5); // lay there before: no profit of this call, but it goes to the treasury too
        addLiquidation(a);
        want(reward + 1);
        vm.expectRevert(
            abi.encodeWithSelector(
                ILiquidationExecutor.MinProfitNotMet.selector, address(token), int256(reward), reward + 1
            )
        );
        execute();
        yes(perps.liquidatable(a), "undone");
        profits[0].minProfit = reward;
        execute();
        eq(token.balanceOf(treasury), reward + 5, "all of it");
    }

    function test_bad_debt_is_resolved_in_the_same_batch() public {
        uint256 a = unhealthy();
        setPrice(ETH, 1_800e8);
        addLiquidation(a);
        add(address(perps), 300_000, abi.encodeCall(IRefPerps.resolveBadDebt, (a)));
        ILiquidationExecutor.ItemResult[] memory r = execute();
        yes(r[0].success && r[1].success, "both");
        eq(perps.getAccount(a).quote, 0, "settled");
        eq(token.balanceOf(address(executor)), 2e18, "no token named: the stipend waits for the next call or a sweep");
        executor.sweep(address(token));
        eq(token.balanceOf(treasury), 2e18, "swept to the treasury");
    }

    function test_no_way_back_in() public {
        executor.setOperator(address(target));
        bytes memory again = abi.encodeCall(ILiquidationExecutor.execute, (items, profits, MAX));
        add(address(target), 500_000, abi.encodeCall(Misbehaving.call, (address(executor), again)));
        (, bytes memory answer) =
            address(target).call(abi.encodeCall(Misbehaving.call, (address(executor), executeCall())));
        ILiquidationExecutor.ItemResult[] memory r = abi.decode(answer, (ILiquidationExecutor.ItemResult[]));
        no(r[0].success, "refused");
        yes(bytes4(r[0].result) == ILiquidationExecutor.Reentered.selector, "as a re-entry");
    }

    function executeCall() private view returns (bytes memory) {
        return abi.encodeCall(ILiquidationExecutor.execute, (items, profits, MAX));
    }

    function test_the_owner_moves_in_two_steps_and_alone_administers() public {
        vm.startPrank(operator);
        vm.expectRevert(ILiquidationExecutor.NotOwner.selector);
        executor.setOperator(operator);
        vm.expectRevert(ILiquidationExecutor.NotOwner.selector);
        executor.allowTarget(address(token), TestToken.transfer.selector, true);
        vm.expectRevert(ILiquidationExecutor.NotOwner.selector);
        executor.allowToken(address(token), true);
        vm.expectRevert(ILiquidationExecutor.NotOwner.selector);
        executor.setPaused(true);
        vm.expectRevert(ILiquidationExecutor.NotOwner.selector);
        executor.sweep(address(token));
        vm.expectRevert(ILiquidationExecutor.NotOwner.selector);
        executor.acceptOwnership();
        vm.stopPrank();
        executor.transferOwnership(keeper);
        executor.setPaused(true);
        vm.prank(keeper);
        executor.acceptOwnership();
        vm.expectRevert(ILiquidationExecutor.NotOwner.selector);
        executor.setPaused(false);
    }

    // --------------------------------------------------------------------------------------------------------- gas

    function noPremium(IRefPerps.MarketParams memory p) internal pure {
        p.premiumCap = 0;
    }

    function test_gas_report() public {
        setParams(ETH, noPremium);
        uint256[] memory id = new uint256[](20);
        for (uint256 i = 0; i < 20; i++) {
            id[i] = unhealthy();
        }
        setPrice(ETH, 1_975e8);
        uint256 snapshot = vm.snapshotState();
        uint256 g = gasleft();
        liquidate(id[0], ETH, MAX);
        emit log_named_uint("liquidatePosition, partial, cold", g - gasleft());
        for (uint256 i = 1; i < 19; i++) {
            liquidate(id[i], ETH, MAX);
        }
        g = gasleft();
        liquidate(id[19], ETH, MAX);
        uint256 warm = g - gasleft();
        emit log_named_uint("liquidatePosition, partial, the 20th in one transaction", warm);
        vm.revertToState(snapshot);
        for (uint256 i = 0; i < 20; i++) {
            addLiquidation(id[i]);
        }
        want(1);
        ILiquidationExecutor.Item[] memory batch = items;
        ILiquidationExecutor.MinProfit[] memory wanted = profits;
        vm.prank(operator);
        g = gasleft();
        executor.execute(batch, wanted, block.timestamp);
        emit log_named_uint("executor, 20 partial liquidations", g - gasleft());
        vm.revertToState(snapshot);
        setPrice(ETH, 1_955e8);
        g = gasleft();
        liquidate(id[0], ETH, MAX);
        emit log_named_uint("liquidatePosition, full", g - gasleft());
    }

    function test_gas_of_an_item_beside_its_call() public {
        for (uint256 i = 0; i < 10; i++) {
            add(address(target), 100_000, abi.encodeCall(Misbehaving.fail, ()));
        }
        ILiquidationExecutor.Item[] memory batch = items;
        ILiquidationExecutor.MinProfit[] memory wanted = profits;
        ILiquidationExecutor.Item[] memory half = new ILiquidationExecutor.Item[](5);
        for (uint256 i = 0; i < 5; i++) {
            half[i] = batch[i];
        }
        vm.prank(operator);
        executor.execute(half, wanted, block.timestamp); // warm
        vm.prank(operator);
        uint256 g = gasleft();
        executor.execute(half, wanted, block.timestamp);
        uint256 five = g - gasleft();
        vm.prank(operator);
        g = gasleft();
        executor.execute(batch, wanted, block.timestamp);
        uint256 each = (g - gasleft() - five) / 5;
        emit log_named_uint("executor, each item beside its call", each);
        yes(each < 12_000, "small beside a liquidation");
    }
}

/// @notice What an allowed target could do at worst.
contract Misbehaving {
    function burn() external view {
        while (gasleft() > 0) {}
    }

    function bomb(uint256 size) external pure {
        assembly {
            return(0, size)
        }
    }

    function cost(uint256 size) external view returns (uint256) {
        uint256 g = gasleft();
        try this.bomb(size) {} catch {}
        return g - gasleft();
    }

    function gasGiven() external view returns (uint256) {
        return gasleft();
    }

    function fail() external pure {
        revert("no");
    }

    function call(address to, bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory answer) = to.call(data);
        assembly {
            if iszero(ok) { revert(add(answer, 0x20), mload(answer)) }
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice The same work without the executor's precautions: the controls.
contract NaiveBatch {
    function run(IRefPerps perps, uint256 a, uint256 b) external {
        perps.liquidatePosition(a, 1, type(uint256).max);
        perps.liquidatePosition(b, 1, type(uint256).max);
    }

    function bounded(address target, uint256 gasLimit, bytes calldata data) external returns (uint256) {
        (, bytes memory answer) = target.call{gas: gasLimit}(data);
        return abi.decode(answer, (uint256));
    }
}
