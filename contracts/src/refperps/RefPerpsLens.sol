// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IRefPerps} from "./IRefPerps.sol";

/// @title Many accounts judged in one call, by the exchange's own views
/// @notice For judges and tests. An account whose view reverts (a stale feed, an unknown id) is marked, the others are
/// answered.
contract RefPerpsLens {
    struct HealthRow {
        bool ok;
        bool liquidatable;
        int256 equity;
        uint256 maintenance;
        uint256 initial;
    }

    struct CloseRow {
        bool ok;
        bool full;
        uint256 closeSize;
    }

    /// @notice For ids fromId to toId, both included: bit i (byte i / 8, least significant bit first) is account
    /// fromId + i.
    function liquidatable(IRefPerps perps, uint256 fromId, uint256 toId)
        external
        view
        returns (bytes memory liquidatableBits, bytes memory failedBits)
    {
        uint256 count = toId + 1 - fromId;
        liquidatableBits = new bytes((count + 7) / 8);
        failedBits = new bytes((count + 7) / 8);
        for (uint256 i = 0; i < count; i++) {
            bytes1 bit = bytes1(uint8(1 << (i % 8)));
            try perps.liquidatable(fromId + i) returns (bool yes) {
                if (yes) liquidatableBits[i / 8] |= bit;
            } catch {
                failedBits[i / 8] |= bit;
            }
        }
    }

    function health(IRefPerps perps, uint256[] calldata ids) external view returns (HealthRow[] memory rows) {
        rows = new HealthRow[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            try perps.accountHealth(ids[i]) returns (int256 equity, uint256 maintenance, uint256 initial) {
                rows[i] = HealthRow(true, perps.liquidatable(ids[i]), equity, maintenance, initial);
            } catch {}
        }
    }

    /// @notice `minimalClose` of each pair (ids[i], markets[i]).
    function closes(IRefPerps perps, uint256[] calldata ids, uint32[] calldata markets)
        external
        view
        returns (CloseRow[] memory rows)
    {
        rows = new CloseRow[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            try perps.minimalClose(ids[i], markets[i]) returns (uint256 closeSize, bool full) {
                rows[i] = CloseRow(true, full, closeSize);
            } catch {}
        }
    }

    function accounts(IRefPerps perps, uint256[] calldata ids)
        external
        view
        returns (IRefPerps.AccountView[] memory rows)
    {
        rows = new IRefPerps.AccountView[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            rows[i] = perps.getAccount(ids[i]);
        }
    }

    /// @notice Position of each pair (ids[i], markets[i]).
    function positions(IRefPerps perps, uint256[] calldata ids, uint32[] calldata markets)
        external
        view
        returns (IRefPerps.Position[] memory rows)
    {
        rows = new IRefPerps.Position[](ids.length);
        for (uint256 i = 0; i < ids.length; i++) {
            rows[i] = perps.getPosition(ids[i], markets[i]);
        }
    }
}
