// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title What a consumer reads of a Pyth contract, for tests: anybody brings prices, unsigned
/// @notice Stores what is newer, and tells it. The two getters and their errors are those of IPyth.
contract PythPrices {
    struct Price {
        int64 price;
        uint64 conf;
        int32 expo;
        uint256 publishTime;
    }

    event PriceFeedUpdate(bytes32 indexed id, uint64 publishTime, int64 price, uint64 conf);

    error PriceFeedNotFound();
    error StalePrice();

    mapping(bytes32 id => Price) private prices;

    function update(bytes32 id, Price calldata price) external {
        if (price.publishTime <= prices[id].publishTime) return;
        prices[id] = price;
        emit PriceFeedUpdate(id, uint64(price.publishTime), price.price, price.conf);
    }

    function getPriceUnsafe(bytes32 id) public view returns (Price memory price) {
        price = prices[id];
        if (price.publishTime == 0) revert PriceFeedNotFound();
    }

    function getPriceNoOlderThan(bytes32 id, uint256 age) external view returns (Price memory price) {
        price = getPriceUnsafe(id);
        uint256 distance = price.publishTime > block.timestamp
            ? price.publishTime - block.timestamp
            : block.timestamp - price.publishTime;
        if (distance > age) revert StalePrice();
    }
}
