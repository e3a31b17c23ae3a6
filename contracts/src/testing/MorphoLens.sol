// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMorpho, IMorphoOracle} from "../capital/IMorpho.sol";
import {IMorphoBlue} from "./IMorphoBlue.sol";

/// @title What Morpho Blue would say of many accounts in this block, for tests: to be called, never sent
/// @notice Each market accrues first, by the contract itself. Whether an account is healthy is what the contract's own
/// liquidation says of it.
contract MorphoLens {
    /// @param refuses The market cannot accrue, or has no price.
    struct Health {
        bool refuses;
        bool healthy;
        uint256 borrowed;
        uint256 maxBorrow;
    }

    /// @notice Of accounts of one market, and the market as it is after it has accrued.
    function judge(IMorphoBlue morpho, IMorpho.MarketParams calldata params, address[] calldata borrowers)
        external
        returns (IMorphoBlue.Market memory market, Health[] memory healths)
    {
        bytes32 id = keccak256(abi.encode(params));
        healths = new Health[](borrowers.length);
        bool refuses = false;
        try morpho.accrueInterest(params) {} catch {
            refuses = true;
        }
        market = morpho.market(id);
        uint256 price = 0;
        try IMorphoOracle(params.oracle).price() returns (uint256 told) {
            price = told;
        } catch {
            refuses = true;
        }
        for (uint256 i = 0; i < borrowers.length; i++) {
            (, uint128 shares, uint128 collateral) = morpho.position(id, borrowers[i]);
            healths[i].refuses = refuses;
            if (refuses) continue;
            uint256 totalShares = uint256(market.totalBorrowShares) + 1e6;
            healths[i].borrowed = (uint256(shares) * (uint256(market.totalBorrowAssets) + 1) + totalShares - 1) / totalShares;
            healths[i].maxBorrow = uint256(collateral) * price / 1e36 * params.lltv / 1e18;
            healths[i].healthy = isHealthy(morpho, params, borrowers[i]);
        }
    }

    function isHealthy(IMorphoBlue morpho, IMorpho.MarketParams calldata params, address borrower) private returns (bool) {
        try morpho.liquidate(params, borrower, 1, 0, "") {
            return false;
        } catch (bytes memory reason) {
            return keccak256(reason) == keccak256(abi.encodeWithSignature("Error(string)", "position is healthy"));
        }
    }
}
