// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "../refperps/IRefPerps.sol";
import {IERC20} from "../token/IERC20.sol";
import {SafeToken} from "../token/SafeToken.sol";

/// @title Owns many accounts and drives them in batches: for tests and demonstrations
/// @notice The seeder pays deposits from its own quote tokens (send or mint them to it) and owns every account it opens.
contract AccountSeeder {
    using SafeToken for address;

    struct Leg {
        uint32 market;
        int256 sizeDelta;
    }

    struct Spec {
        uint8 mode;
        uint32 isolatedMarket;
        uint256 deposit; // 0: none
        Leg[] legs; // trades, in order, without price limit
    }

    /// @notice kind: 0 deposit (amount), 1 withdraw (amount), 2 trade (market, sizeDelta), 3 close (market),
    /// 4 resolveBadDebt, 5 liquidate (market, minimal close), 6 sync (market).
    struct Step {
        uint8 kind;
        uint256 id;
        uint32 market;
        int256 sizeDelta;
        uint256 amount;
    }

    event Seeded(uint256 firstId, uint256 count, uint256 failedTrades);
    event StepFailed(uint256 indexed index, bytes reason);

    error NotOwner();

    IRefPerps public immutable perps;
    address public immutable owner;

    modifier onlyOwner() {
        if (msg.sender != owner) revert NotOwner();
        _;
    }

    constructor(IRefPerps perps_) {
        perps = perps_;
        owner = msg.sender;
        IERC20(perps_.quoteToken()).approve(address(perps_), type(uint256).max);
    }

    /// @notice Opens, funds and trades one account for each spec. A trade that reverts is skipped and reported.
    function seed(Spec[] calldata specs) external onlyOwner returns (uint256 firstId, uint256 failedTrades) {
        for (uint256 i = 0; i < specs.length; i++) {
            Spec calldata spec = specs[i];
            uint256 id = perps.openAccount(spec.mode, spec.isolatedMarket);
            if (i == 0) firstId = id;
            if (spec.deposit != 0) perps.deposit(id, spec.deposit);
            for (uint256 j = 0; j < spec.legs.length; j++) {
                try perps.trade(id, spec.legs[j].market, spec.legs[j].sizeDelta, limitOf(spec.legs[j].sizeDelta)) {}
                catch (bytes memory reason) {
                    failedTrades++;
                    emit StepFailed(i, reason);
                }
            }
        }
        emit Seeded(firstId, specs.length, failedTrades);
    }

    /// @return done one bit for each step (byte i / 8, least significant bit first): it did not revert.
    function drive(Step[] calldata steps) external onlyOwner returns (bytes memory done) {
        done = new bytes((steps.length + 7) / 8);
        for (uint256 i = 0; i < steps.length; i++) {
            try this.step(steps[i]) {
                done[i / 8] |= bytes1(uint8(1 << (i % 8)));
            } catch (bytes memory reason) {
                emit StepFailed(i, reason);
            }
        }
    }

    /// @notice One step of `drive`; a call of its own, so that a failure undoes that step only.
    function step(Step calldata s) external {
        if (msg.sender != address(this)) revert NotOwner();
        if (s.kind == 0) perps.deposit(s.id, s.amount);
        else if (s.kind == 1) perps.withdraw(s.id, s.amount);
        else if (s.kind == 2) perps.trade(s.id, s.market, s.sizeDelta, limitOf(s.sizeDelta));
        else if (s.kind == 3) close(s.id, s.market);
        else if (s.kind == 4) perps.resolveBadDebt(s.id);
        else if (s.kind == 5) perps.liquidatePosition(s.id, s.market, type(uint256).max);
        else perps.sync(s.market);
    }

    function deposit(uint256 id, uint256 amount) external onlyOwner {
        perps.deposit(id, amount);
    }

    function withdraw(uint256 id, uint256 amount) external onlyOwner {
        perps.withdraw(id, amount);
    }

    function trade(uint256 id, uint32 market, int256 sizeDelta) external onlyOwner {
        perps.trade(id, market, sizeDelta, limitOf(sizeDelta));
    }

    function closePosition(uint256 id, uint32 market) external onlyOwner {
        close(id, market);
    }

    /// @notice Sends quote tokens held here (withdrawals, liquidation rewards) to the owner.
    function collect() external onlyOwner returns (uint256 amount) {
        address token = perps.quoteToken();
        amount = IERC20(token).balanceOf(address(this));
        token.send(owner, amount);
    }

    function close(uint256 id, uint32 market) private {
        int256 size = perps.getPosition(id, market).size;
        perps.trade(id, market, -size, limitOf(-size));
    }

    function limitOf(int256 sizeDelta) private pure returns (uint256) {
        return sizeDelta > 0 ? type(uint256).max : 0;
    }
}
