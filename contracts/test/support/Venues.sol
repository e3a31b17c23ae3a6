// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAaveFlashReceiver} from "../../src/capital/IAave.sol";
import {IMorpho, IMorphoLiquidateCallback, IMorphoOracle} from "../../src/capital/IMorpho.sol";
import {IUniswapV3Router} from "../../src/capital/UniswapV3Swapper.sol";
import {IERC20} from "../../src/token/IERC20.sol";
import {SafeToken} from "../../src/token/SafeToken.sol";

interface IMint {
    function mint(address to, uint256 value) external;
}

/// @notice Called by tokens and routers that let others in.
interface IHook {
    function hook() external;
}

/// @notice A pool, its provider and its oracle in one, as far as the liquidator sees them. Bonus 5 %, premium 0.05 %.
contract PoolMock {
    using SafeToken for address;

    mapping(address => uint256) public price;
    mapping(address => uint256) public decimalsOf;
    mapping(address borrower => uint256) public debtOf;

    error Healthy();

    function list(address asset, uint256 price_, uint256 decimals) external {
        price[asset] = price_;
        decimalsOf[asset] = decimals;
    }

    function owe(address borrower, uint256 amount) external {
        debtOf[borrower] = amount;
    }

    function ADDRESSES_PROVIDER() external view returns (address) {
        return address(this);
    }

    function getPriceOracle() external view returns (address) {
        return address(this);
    }

    function getAssetPrice(address asset) external view returns (uint256) {
        return price[asset];
    }

    function getConfiguration(address asset) external view returns (uint256) {
        return (decimalsOf[asset] << 48) | 0xff0000000000ffff;
    }

    function flashLoanSimple(address receiver, address asset, uint256 amount, bytes calldata params, uint16) external {
        asset.send(receiver, amount);
        uint256 premium = amount / 2_000;
        require(IAaveFlashReceiver(receiver).executeOperation(asset, amount, premium, msg.sender, params), "refused");
        asset.take(receiver, amount + premium);
    }

    function liquidationCall(address collateral, address debt, address borrower, uint256 cover, bool) external {
        if (debtOf[borrower] == 0) revert Healthy();
        if (cover > debtOf[borrower]) cover = debtOf[borrower];
        debtOf[borrower] -= cover;
        debt.take(msg.sender, cover);
        collateral.send(
            msg.sender,
            cover * price[debt] * 10 ** decimalsOf[collateral] * 105
                / (price[collateral] * 10 ** decimalsOf[debt] * 100)
        );
    }
}

/// @notice One share is one smallest unit of the loan. Incentive 5 %. Anybody makes markets.
contract MorphoMock {
    using SafeToken for address;

    mapping(bytes32 market => mapping(address borrower => uint256)) public debtOf;

    function owe(IMorpho.MarketParams calldata market, address borrower, uint256 amount) external {
        debtOf[keccak256(abi.encode(market))][borrower] = amount;
    }

    function liquidate(
        IMorpho.MarketParams calldata market,
        address borrower,
        uint256 seized,
        uint256 repaid,
        bytes calldata data
    ) external returns (uint256, uint256) {
        uint256 price = IMorphoOracle(market.oracle).price();
        bytes32 id = keccak256(abi.encode(market));
        require(debtOf[id][borrower] != 0, "position is healthy");
        if (seized == 0) seized = repaid * 105 * 1e36 / (price * 100);
        else repaid = seized * price * 100 / (105 * 1e36);
        debtOf[id][borrower] -= repaid;
        market.collateralToken.send(msg.sender, seized);
        if (data.length > 0) IMorphoLiquidateCallback(msg.sender).onMorphoLiquidate(repaid, data);
        market.loanToken.take(msg.sender, repaid);
        return (seized, repaid);
    }
}

contract PriceMock {
    uint256 public price;

    constructor(uint256 price_) {
        price = price_;
    }
}

/// @notice Sells at one rate for each pair, with what it holds; a token between the two is called.
contract RouterMock {
    using SafeToken for address;

    mapping(address from => mapping(address to => uint256)) public rate; // scaled by 1e18

    function setRate(address from, address to, uint256 rate_) external {
        rate[from][to] = rate_;
    }

    function exactInput(IUniswapV3Router.Params calldata params) external returns (uint256 amountOut) {
        address from = address(bytes20(params.path[:20]));
        address to = address(bytes20(params.path[params.path.length - 20:]));
        if (params.path.length == 66) IHook(address(bytes20(params.path[23:43]))).hook();
        amountOut = params.amountIn * rate[from][to] / 1e18;
        require(amountOut >= params.amountOutMinimum, "Too little received");
        from.take(msg.sender, params.amountIn);
        to.send(params.recipient, amountOut);
    }
}
