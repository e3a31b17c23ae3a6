using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.AaveV3;

/// <summary>Logs into state. Each log is decoded as a whole before anything is written; one of no interest changes nothing.</summary>
internal sealed class Ingest(AaveState state, Address pool)
{
    /// <summary>Of the block whose logs are applied; null in history.</summary>
    public ulong? Timestamp { get; set; }

    public void Apply(Log log)
    {
        if (log.TopicCount == 0) return;
        ref readonly var globals = ref state.Globals;
        if (log.Address == pool) ApplyPool(log);
        else if (log.Address == globals.Configurator) ApplyConfigurator(log);
        else if (log.Address == globals.Provider) ApplyProvider(log);
        else if (log.Address == globals.Oracle) ApplyOracle(log);
        else if (!ApplyToken(log)) state.Oracles.Apply(log);
    }

    private void ApplyPool(Log log)
    {
        if (log.Topic0 == Topics.ReserveDataUpdated) Apply(ReserveDataUpdated.Decode(log));
        else if (log.Topic0 == Topics.CollateralEnabled) Apply(CollateralFlag.Decode(log), isCollateral: true);
        else if (log.Topic0 == Topics.CollateralDisabled) Apply(CollateralFlag.Decode(log), isCollateral: false);
        else if (log.Topic0 == Topics.UserEModeSet) Apply(UserEModeSet.Decode(log));
        else if (log.Topic0 == Topics.LiquidationCall) Apply(Liquidated.Decode(log));
    }

    private void ApplyConfigurator(Log log)
    {
        var topic = log.Topic0;
        if (topic == Topics.ReserveInitialized) Apply(ReserveInitialized.Decode(log));
        else if (topic == Topics.CollateralConfigurationChanged) Reread(Notice.Asset(log, words: 3));
        else if (topic == Topics.ReserveActive || topic == Topics.ReservePaused || topic == Topics.LiquidationGracePeriodChanged) Reread(Notice.Asset(log, words: 1));
        else if (topic == Topics.ReserveDropped || topic == Topics.LiquidationGracePeriodDisabled) Reread(Notice.Asset(log, words: 0));
        else if (topic == Topics.LiquidationProtocolFeeChanged || topic == Topics.EModeAssetCategoryChanged) Reread(Notice.Asset(log, words: 2));
        else if (topic == Topics.EModeCategoryAdded) RereadCategory(Notice.Category(log));
        else if (topic == Topics.AssetCollateralInEModeChanged) RereadCategory(Notice.CategoryOfAsset(log));
    }

    private void ApplyProvider(Log log)
    {
        if (log.Topic0 == Topics.PoolUpdated)
        {
            Notice.Second(log);
            // Balances of before were written by another pool's roundings, and the new one may round in another way. What comes before its revision is read is written over by what is read.
            state.SetGlobals(state.Globals with { IsUpgraded = true, Unread = state.Balances.Count > 0 ? 0 : state.Globals.Unread });
            for (var reserve = 0; reserve < state.Reserves.Count; reserve++) Reread(state.Reserves.KeyAt(reserve));
            for (var category = 0; category < state.Categories.Count; category++) RereadCategory(state.Categories.KeyAt(category));
        }
        else if (log.Topic0 == Topics.PriceOracleUpdated || log.Topic0 == Topics.PriceOracleSentinelUpdated || log.Topic0 == Topics.AddressSet)
        {
            Decoding.RequireTopics(log, log.Topic0 == Topics.AddressSet ? 4 : 3);
            ForgetOracle();
        }
    }

    private void ApplyOracle(Log log)
    {
        if (log.Topic0 != Topics.AssetSourceUpdated) return;
        Decoding.Open(log, topics: 3, words: 0);
        var asset = Core.Chain.Abi.AbiReader.ToAddress(log.Topic1.Word);
        if (state.Prices.TryFind(asset, out _)) state.SetPrice(asset, default);
    }

    /// <returns>False where it is of no token of a reserve.</returns>
    private bool ApplyToken(Log log)
    {
        for (var reserve = 0; reserve < state.Reserves.Count; reserve++)
        {
            ref readonly var row = ref state.Reserves[reserve];
            var isDebt = row.DebtToken == log.Address;
            if (!isDebt && row.AToken != log.Address && row.StableToken != log.Address) continue;
            if (log.Topic0 == Topics.StableMint) Apply(StableMint.Decode(log));
            else if (log.Topic0 == Topics.Mint) Change(reserve, isDebt, BalanceChanged.Decode(log, log.Topic2), isMint: true);
            else if (log.Topic0 == Topics.Burn && row.StableToken != log.Address) Change(reserve, isDebt, BalanceChanged.Decode(log, log.Topic1), isMint: false);
            else if (log.Topic0 == Topics.BalanceTransfer) Move(reserve, BalanceTransfer.Decode(log));
            return true;
        }
        return false;
    }

    private void Apply(ReserveDataUpdated e)
    {
        var reserve = state.RequireReserve(e.Asset);
        var row = state.Reserves[reserve] with { LiquidityRate = e.LiquidityRate, DebtRate = e.DebtRate, LiquidityIndex = e.LiquidityIndex, DebtIndex = e.DebtIndex };
        // When a block of history was nobody knows: the reserve is read once history has been.
        if (Timestamp is { } now) state.SetReserve(reserve, row with { UpdatedAt = now });
        else if (row.Known) state.SetReserve(reserve, row with { Known = false });
    }

    private void Apply(CollateralFlag e, bool isCollateral) => state.SetCollateral(state.UserOf(e.User), state.RequireReserve(e.Asset), isCollateral);

    private void Apply(UserEModeSet e)
    {
        var user = state.UserOf(e.User);
        state.Users.Set(user, state.Users[user] with { EMode = e.Category });
        if (e.Category != 0 && !state.Categories.TryFind(e.Category, out _)) RereadCategory(e.Category);
    }

    /// <summary>Who takes aTokens leaves no <c>ReserveDataUpdated</c> of the collateral, whose indexes the pool brings up to date all the same (LiquidationLogic: <c>collateralReserve.updateState</c>).</summary>
    private void Apply(Liquidated e)
    {
        var reserve = state.RequireReserve(e.Collateral);
        if (!e.ReceivesAToken || state.Globals.Profile is not { IsFirst: false } || Timestamp is not { } now) return;
        var row = state.Reserves[reserve];
        if (!row.Known || now <= row.UpdatedAt) return;
        var seconds = now - row.UpdatedAt;
        state.SetReserve(reserve, row with
        {
            LiquidityIndex = AaveMath.RayMulHalfUp(AaveMath.Linear(row.LiquidityRate, seconds), row.LiquidityIndex),
            DebtIndex = AaveMath.RayMulHalfUp(AaveMath.Compounded(row.DebtRate, seconds), row.DebtIndex),
            UpdatedAt = now,
        });
    }

    private void Apply(ReserveInitialized e)
    {
        state.List(e.Asset, e.AToken, e.DebtToken, e.StableToken);
        if (state.Reserves.Count > AaveState.MostReserves) throw new MirrorException($"{state.Reserves.Count} reserves are listed, and a user's configuration has room for {AaveState.MostReserves}.");
    }

    private void Apply(StableMint e)
    {
        var user = state.UserOf(e.User);
        state.Users.Set(user, state.Users[user] with { HasStableDebt = true });
    }

    /// <summary>Any event of the configurator may be of an asset that was dropped from the list.</summary>
    private void Reread(Address asset)
    {
        if (state.Reserves.TryFind(asset, out var reserve) && state.Reserves[reserve].Known) state.SetReserve(reserve, state.Reserves[reserve] with { Known = false });
    }

    private void RereadCategory(byte category) => state.SetCategory(category, default);

    private void ForgetOracle()
    {
        for (var i = 0; i < state.Prices.Count; i++) state.SetPrice(state.Prices.KeyAt(i), default);
        state.SetGlobals(state.Globals with { Oracle = default, IsBaseKnown = false, Sentinel = UserRow.None, SentinelKnown = false }, changesShape: true);
    }

    private void Change(int reserve, bool isDebt, BalanceChanged e, bool isMint)
    {
        var user = state.UserOf(e.User);
        var balance = state.BalanceOf(user, reserve);
        var before = isDebt ? state.Balances[balance].Debt : state.Balances[balance].Supply;
        var after = ScaledBalance.After(state.Globals.Profile, isDebt, before, e, isMint) ?? NothingLeft(user);
        if (isDebt) state.SetDebt(user, reserve, after);
        else state.SetSupply(user, reserve, after);
    }

    private void Move(int reserve, BalanceTransfer e)
    {
        if (e.Scaled.IsZero) return;
        var from = state.UserOf(e.From);
        var held = state.Balances[state.BalanceOf(from, reserve)].Supply;
        state.SetSupply(from, reserve, held >= e.Scaled ? held - e.Scaled : NothingLeft(from));
        var to = state.UserOf(e.To);
        state.SetSupply(to, reserve, state.Balances[state.BalanceOf(to, reserve)].Supply + e.Scaled);
    }

    /// <summary>History is read by the roundings of the pool's present version: by those of an older one, more may be taken than the mirror holds. Then balances are read.</summary>
    /// <exception cref="OverflowException">The block's time is known, and the balance was read: the log is of the version that the pool has.</exception>
    private UInt256 NothingLeft(int user)
    {
        if (user >= state.Globals.Unread) return UInt256.Zero;
        if (Timestamp is not null) throw new OverflowException("More is taken from a balance than the mirror holds.");
        state.SetGlobals(state.Globals with { Unread = 0 });
        return UInt256.Zero;
    }
}
