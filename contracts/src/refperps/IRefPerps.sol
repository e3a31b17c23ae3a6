// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title RefPerps, the reference perpetuals exchange: every type, event, error and function
/// @notice Units. USD amounts, sizes and prices have 18 decimals (WAD = 1e18). The quote token has 18 decimals, so that
/// one wei of it is one unit of USD here. Ratios are parts per million (1e6). Rates are WAD per day. Times are seconds.
/// Roundings. Requirements and fees are rounded up (`ceil`), signed products truncate toward zero (`trunc`), the
/// keeper's share is rounded down (`floor`). SPEC.md gives each step, `RefPerpsMath` each formula.
/// Events. Every event carries final values: applying the last one seen for a key gives the state, no inversion needed.
interface IRefPerps {
    // ------------------------------------------------------------------------------------------------------- types

    /// @notice One bracket of a margin schedule: notional up to and including `upper` is charged `ppm` at the margin.
    /// @param upper USD, strictly ascending; the last is type(uint128).max and means "without limit".
    /// @param ppm   1 to 1e6, ascending (equal neighbours allowed).
    struct Tier {
        uint128 upper;
        uint32 ppm;
    }

    /// @notice What decides in one market. Features to come (volatility, capacity, haircuts) get structs and events of
    /// their own.
    struct MarketParams {
        address feed; // Chainlink-shaped proxy; latestRoundData() and decimals() are called on it
        uint32 maxStaleness; // seconds; a price is fresh while now - updatedAt <= maxStaleness; > 0
        uint64 premiumCap; // WAD; bound of |skew / skewScale| in the mark; <= 0.5 WAD
        uint128 lot; // WAD; sizes traded and closed are multiples of it; > 0
        uint128 minNotional; // USD; an open position has at least this after a trade and after a liquidation
        uint128 closeTolerance; // WAD; multiple of lot, >= lot
        uint128 skewScale; // WAD; > 0
        uint64 maxFundingPerDay; // WAD per day; rate at |skew| >= skewScale; <= 10 WAD
        uint32 takerFeePpm; // of the notional at the fill price; to the pool; <= 1e5
        uint32 liqFeePpm; // of the notional at the index price; part of the requirement R; <= 1e5
        uint32 keeperSharePpm; // of the penalty paid; <= 1e6
        uint32 bufferPpm; // a partial liquidation ends at E >= R * (1e6 + bufferPpm) / 1e6; <= 1e6
        uint32 partialFloorPpm; // partial while E * 1e6 >= R * partialFloorPpm, else full; <= 1e6
        uint8 feedDecimals; // must equal feed.decimals(), <= 18
    }

    /// @notice What decides in all markets.
    struct GlobalParams {
        uint128 stipend; // USD for the keeper of each liquidation beside its share, from the insurance fund
        uint128 keeperCap; // USD; most a keeper gets for one liquidation
        uint32 debtPpm; // R and I grow by ceil(max(0, -quote) * debtPpm / 1e6); <= 1e6
        uint32 sequencerGrace; // seconds after the sequencer came back during which prices are refused
        address sequencerFeed; // L2 sequencer uptime feed; address(0) = none
    }

    /// @notice An account as stored.
    struct AccountView {
        address owner;
        uint8 mode; // 0 cross, 1 isolated
        uint32 isolatedMarket; // meaningful where mode = 1
        int256 quote; // USD; settled balance, may be negative
        uint32[] markets; // markets with an open position, in no particular order
    }

    /// @notice A position as stored.
    struct Position {
        int256 size; // WAD, positive long, negative short, 0 none
        int256 entryNotional; // USD, signed cost basis (positive for a long, negative for a short)
        int256 entryFunding; // funding index at the last change of the position
    }

    /// @notice A market as stored, that is, as of its last sync.
    struct MarketView {
        bytes32 symbol;
        uint80 roundId; // proxy round of the last sync (phaseId << 64 | aggregatorRoundId)
        uint256 price; // WAD, index price at the last sync
        uint64 oracleUpdatedAt; // updatedAt of that round
        int256 fundingIndex; // USD per unit of size, times WAD per WAD: 1e18
        uint64 fundingTime; // time of the last sync
        int256 fundingRate; // WAD per day
        int256 skew; // oiLong - oiShort
        uint256 oiLong; // WAD
        uint256 oiShort; // WAD
    }

    // ------------------------------------------------------------------------------------------------------ events

    /// @notice Reasons of `QuoteChanged`: 0 deposit, 1 withdraw, 2 pnl, 3 funding, 4 fee, 5 penalty, 7 bad debt
    /// resolved. Kept free: 6 seize, 8 auto-deleveraging.
    /// Emitted for each change that is not zero; `newBalance` is the balance right after that change.
    event QuoteChanged(uint256 indexed id, int256 delta, int256 newBalance, uint8 reason);

    /// @notice Reasons: 0 trade, 1 liquidation. Kept free: 2 auto-deleveraging.
    /// `realisedPnl` and `fundingPaid` are credits to the account where positive (fundingPaid > 0: the account got it).
    /// `execPrice` is the price at which the size changed. newSize = 0 closes: the other new values are 0 then.
    event PositionChanged(
        uint256 indexed id,
        uint32 indexed market,
        int256 newSize,
        int256 newEntryNotional,
        int256 newEntryFunding,
        int256 realisedPnl,
        int256 fundingPaid,
        uint256 execPrice,
        uint8 reason
    );

    /// @notice Funding has been accrued to `fundingTime` (the block's time) with `price`. Always emitted, changed or not.
    event MarketSynced(
        uint32 indexed market,
        uint80 roundId,
        uint256 price,
        uint64 oracleUpdatedAt,
        int256 fundingIndex,
        uint64 fundingTime
    );

    /// @notice Open interest and the funding rate that applies from now on.
    event MarketState(uint32 indexed market, int256 skew, uint256 oiLong, uint256 oiShort, int256 fundingRate);

    /// @param closedSize    WAD, unsigned.
    /// @param remainingSize WAD, signed.
    /// @param execPrice     the mark before the call.
    /// @param penalty       USD actually debited from the account: min(ceil(closed notional * liqFeePpm / 1e6), max(0, E)).
    /// @param keeperReward  quote tokens sent to the keeper.
    /// @param toInsurance   penalty - keeperReward; negative where the stipend exceeds what was left of the penalty.
    /// @param full          the mode: true where E * 1e6 < R * partialFloorPpm.
    event PositionLiquidated(
        uint256 indexed id,
        uint32 indexed market,
        address indexed keeper,
        uint256 closedSize,
        int256 remainingSize,
        uint256 execPrice,
        uint256 penalty,
        uint256 keeperReward,
        int256 toInsurance,
        bool full
    );

    /// @notice `id` is the account on whose behalf it changed, 0 for a deposit by `depositInsurance`.
    event InsuranceFundChanged(int256 delta, uint256 newBalance, uint256 indexed id);
    event PoolChanged(int256 delta, int256 newBalance);
    /// @notice What the insurance fund could not pay of a debt; charged to the pool.
    event BadDebt(uint256 indexed id, uint256 amount);

    event AccountOpened(uint256 indexed id, address indexed owner, uint8 mode, uint32 isolatedMarket);
    event AccountTransferred(uint256 indexed id, address indexed to);

    event MarketListed(uint32 indexed market, bytes32 symbol);
    event MarketParamsSet(uint32 indexed market, MarketParams params);
    event MarketTiersSet(uint32 indexed market, Tier[] mm, Tier[] im);
    event GlobalParamsSet(GlobalParams params);
    /// @notice Bit 0: trading, bit 1: withdrawal. Liquidation, deposits and syncs are never paused.
    event PausedSet(uint8 bits);
    event OwnershipTransferStarted(address indexed owner, address indexed pendingOwner);
    event OwnershipTransferred(address indexed previousOwner, address indexed newOwner);

    // ------------------------------------------------------------------------------------------------------ errors

    error NotOwner();
    error NotAccountOwner(uint256 id);
    error UnknownAccount(uint256 id);
    error UnknownMarket(uint32 market);
    error Reentered();
    error Paused(uint8 bit);
    error InvalidParams(bytes32 what);
    error TransferFailed();
    error ZeroAmount();
    error AmountTooLarge();

    /// @notice now - updatedAt > maxStaleness, or updatedAt = 0.
    error OracleStale(uint32 market, uint256 updatedAt);
    /// @notice answer <= 0, updatedAt in the future, or a price of 2^96 or more.
    error OracleInvalid(uint32 market, int256 answer, uint256 updatedAt);
    /// @notice The sequencer is down or within its grace period.
    error SequencerDown(uint32 market);

    error WrongMarket(uint256 id, uint32 market);
    error TooManyMarkets(uint256 id);
    error NotLotMultiple(uint256 size, uint256 lot);
    error SizeTooLarge();
    error OpenInterestTooLarge(uint32 market);
    error BelowMinNotional(uint256 notional, uint256 minNotional);
    error PriceLimit(uint256 fillPrice, uint256 limitPrice);
    error InsufficientMargin(uint256 id, int256 equity, uint256 required);
    error InsufficientQuote(uint256 id, int256 quote);
    /// @notice Tokens held beside the insurance fund do not cover the withdrawal.
    error InsufficientLiquidity(uint256 amount, int256 available);

    error NoPosition(uint256 id, uint32 market);
    error NotLiquidatable(uint256 id, int256 equity, uint256 maintenance);
    error NotMinimal(uint256 closeSize, uint256 minimalCloseSize);
    error NoBadDebt(uint256 id);

    // ---------------------------------------------------------------------------------------------------- accounts

    /// @param mode 0 cross (any market), 1 isolated (one market). Anybody may open any number. Ids count from 1.
    function openAccount(uint8 mode, uint32 isolatedMarket) external returns (uint256 id);

    function transferAccount(uint256 id, address to) external;

    /// @notice Takes quote tokens from the caller. Anybody may deposit for any account. No oracle is read.
    function deposit(uint256 id, uint256 amount) external;

    /// @notice Afterwards quote >= 0 and E >= max(I, R), as `accountHealth` gives them. With open positions each of their feeds must be fresh.
    function withdraw(uint256 id, uint256 amount) external;

    /// @notice Changes the position by `sizeDelta` at the index price with the mean premium between old and new skew.
    /// Afterwards E >= max(I, R); a pure reduction (same side, smaller, or flat) needs only E >= R.
    /// @param limitPrice highest price of a buy, lowest of a sell.
    function trade(uint256 id, uint32 market, int256 sizeDelta, uint256 limitPrice) external;

    // ----------------------------------------------------------------------------------------------------- anybody

    /// @notice Accrues funding to now with the current price.
    function sync(uint32 market) external;

    /// @param closeSize WAD; type(uint256).max: the minimal close, computed by the contract.
    /// @return keeperReward quote tokens sent to the caller.
    function liquidatePosition(uint256 id, uint32 market, uint256 closeSize) external returns (uint256 keeperReward);

    /// @notice Allowed iff the account has no position and quote < 0. The fund pays first, the pool the rest.
    function resolveBadDebt(uint256 id) external;

    function depositPool(uint256 amount) external;

    function depositInsurance(uint256 amount) external;

    // ------------------------------------------------------------------------------------------------------- owner

    /// @return market ids count from 1. Reads the feed: it must be fresh.
    function listMarket(bytes32 symbol, MarketParams calldata params, Tier[] calldata mm, Tier[] calldata im)
        external
        returns (uint32 market);

    /// @notice Accrues to now with the new feed (which must be fresh) and the old rate; the rate is then recomputed.
    function setMarketParams(uint32 market, MarketParams calldata params) external;

    function setMarketTiers(uint32 market, Tier[] calldata mm, Tier[] calldata im) external;

    function setGlobalParams(GlobalParams calldata params) external;

    function setPaused(uint8 bits) external;

    function transferOwnership(address to) external;

    function acceptOwnership() external;

    // ------------------------------------------------------------------------------------------------------- views

    /// @notice At the feeds' current prices and block.timestamp, funding accrued to now. Reverts as a liquidation would
    /// where a feed of one of the account's positions is not fresh.
    /// @return equity      E, USD
    /// @return maintenance R = sum of (MM + LF) + debt term, USD
    /// @return initial     I = sum of (IM + premium in the position's favour) + debt term, USD
    function accountHealth(uint256 id) external view returns (int256 equity, uint256 maintenance, uint256 initial);

    /// @notice True iff the account has a position and E < R.
    function liquidatable(uint256 id) external view returns (bool);

    /// @notice What `liquidatePosition(id, market, type(uint256).max)` would close now; (0, false) where it would revert
    /// with NotLiquidatable or NoPosition.
    function minimalClose(uint256 id, uint32 market) external view returns (uint256 closeSize, bool full);

    function getAccount(uint256 id) external view returns (AccountView memory);

    function getPosition(uint256 id, uint32 market) external view returns (Position memory);

    function getMarket(uint32 market) external view returns (MarketView memory);

    function getMarketParams(uint32 market) external view returns (MarketParams memory);

    function getMarketTiers(uint32 market) external view returns (Tier[] memory mm, Tier[] memory im);

    function getGlobalParams() external view returns (GlobalParams memory);

    /// @notice The fresh index price and the mark (WAD), or a revert as above.
    function markPrice(uint32 market) external view returns (uint256 price, uint256 mark);

    function accountCount() external view returns (uint256);

    function marketCount() external view returns (uint32);

    function quoteToken() external view returns (address);

    /// @notice Sum of the quote balances of all accounts. cash = totalQuote + pool + insuranceFund, always.
    function totalQuote() external view returns (int256);

    function pool() external view returns (int256);

    function insuranceFund() external view returns (uint256);

    /// @notice Quote tokens the exchange accounts for; its token balance is this plus what was sent to it unasked.
    function cash() external view returns (uint256);

    function paused() external view returns (uint8);

    function owner() external view returns (address);

    function pendingOwner() external view returns (address);
}
