using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.AaveV3;

/// <summary>What is read from the contracts: who they are, reserves and categories as they stand, and, once, balances that another version of the pool wrote.</summary>
internal sealed class ContractReads(AaveState state, AavePrices prices, Address pool)
{
    /// <summary>Of balances, asked for at once.</summary>
    private const int MostReads = 2_000;

    private static readonly UInt256 Dollar = 100_000_000UL;

    /// <summary>Which contracts' logs tell the state: the pool's provider, its configurator, its tokens. Then which version it is, whose roundings history is read by.</summary>
    public IReadOnlyList<StateRead> Sources()
    {
        ref readonly var globals = ref state.Globals;
        var reads = new List<StateRead>();
        if (globals.Provider.IsZero) return [new("addresses provider", Calls.Provider(pool), answer => Set(state.Globals with { Provider = Contract(answer) }))];
        if (globals.Configurator.IsZero) reads.Add(new("configurator", Calls.Configurator(globals.Provider), answer => Set(state.Globals with { Configurator = Contract(answer) })));
        AddContracts(reads);
        if (!globals.IsListed) reads.Add(new("list of reserves", Calls.ReservesList(pool), ApplyList));
        for (var reserve = 0; reserve < state.Reserves.Count; reserve++)
            if (state.Reserves[reserve] is { AToken.IsZero: true, Known: false }) AddReserve(reads, reserve, tokensOnly: true);
        return reads;
    }

    public void AddMissing(List<StateRead> reads)
    {
        if (state.Globals.Provider.IsZero || state.Globals.Configurator.IsZero || !state.Globals.IsListed)
        {
            reads.AddRange(Sources());
            return;
        }
        AddContracts(reads);
        if (state.Globals is not { Profile: { } profile, IsUpgraded: false }) return;
        for (var reserve = 0; reserve < state.Reserves.Count; reserve++)
            if (!state.Reserves[reserve].Known) AddReserve(reads, reserve, tokensOnly: false);
        for (var category = 0; category < state.Categories.Count; category++)
            if (!state.Categories[category].Known) AddCategory(reads, profile, state.Categories.KeyAt(category));
        if (state.Globals.IsMixed) AddBalances(reads);
        prices.AddMissing(reads);
    }

    /// <summary>All that one account hangs on: it takes the place of what logs have told.</summary>
    public IReadOnlyList<StateRead> Repair(int account)
    {
        var reads = new List<StateRead>();
        var user = state.Users.KeyAt(account);
        for (var reserve = 0; reserve < state.Reserves.Count; reserve++)
        {
            if (state.Reserves[reserve].AToken.IsZero) continue;
            AddReserve(reads, reserve, tokensOnly: false);
            AddBalance(reads, user, reserve);
        }
        reads.Add(new($"configuration of {user}", Calls.UserConfiguration(pool, user), answer => ApplyFlags(user, Decoding.Open(answer, words: 1).ReadUInt256())));
        reads.Add(new($"e-mode of {user}", Calls.UserEMode(pool, user), answer =>
        {
            var (row, category) = (state.UserOf(user), Decoding.Open(answer, words: 1).ReadByte());
            state.Users.Set(row, state.Users[row] with { EMode = category });
            // What no log told of is read next.
            if (category != 0 && !state.Categories.TryFind(category, out _)) state.SetCategory(category, default);
        }));
        if (state.Globals.Profile is { } profile)
            for (var category = 0; category < state.Categories.Count; category++) AddCategory(reads, profile, state.Categories.KeyAt(category));
        prices.AddAll(reads);
        return reads;
    }

    private void AddContracts(List<StateRead> reads)
    {
        ref readonly var globals = ref state.Globals;
        if (globals.Profile is null || globals.IsUpgraded) reads.Add(new("revision of the pool", Calls.Revision(pool), ApplyRevision));
        if (globals.Oracle.IsZero) reads.Add(new("price oracle", Calls.Oracle(globals.Provider), answer => Set(state.Globals with { Oracle = Contract(answer) })));
        else if (!globals.IsBaseKnown) reads.Add(new("unit of the price oracle", Calls.BaseCurrencyUnit(globals.Oracle), ApplyUnit));
        if (!globals.SentinelKnown && globals.Profile is { HasSentinel: true }) reads.Add(new("price oracle sentinel", Calls.Sentinel(globals.Provider), ApplySentinel));
    }

    private void AddReserve(List<StateRead> reads, int reserve, bool tokensOnly)
    {
        var asset = state.Reserves.KeyAt(reserve);
        reads.Add(new($"reserve {asset}", Calls.ReserveData(pool, asset), answer => ApplyReserve(asset, answer, tokensOnly)));
        if (!tokensOnly && state.Globals.Profile is { IsFirst: false })
            reads.Add(new($"grace period of {asset}", Calls.GracePeriod(pool, asset), answer => Change(asset, row => row with { GraceUntil = (ulong)Decoding.Open(answer, words: 1).ReadUInt(40) })));
    }

    private void AddCategory(List<StateRead> reads, Profile profile, byte category)
    {
        if (profile.IsFirst)
        {
            reads.Add(new($"e-mode {category}", Calls.CategoryData(pool, category), answer =>
            {
                var data = new AbiReader(answer.Span).ReadOffset();
                data.ReadUInt16(); // loan to value
                state.SetCategory(category, new(true, data.ReadUInt16(), data.ReadUInt16(), UInt256.Zero, data.ReadAddress()));
            }));
            return;
        }
        reads.Add(new($"e-mode {category}", Calls.CategoryConfig(pool, category), answer =>
        {
            var data = Decoding.Open(answer, words: 3);
            data.ReadUInt16(); // loan to value
            var row = state.Categories.TryGet(category, out var known) ? known : default;
            state.SetCategory(category, row with { Threshold = data.ReadUInt16(), Bonus = data.ReadUInt16() });
        }));
        reads.Add(new($"collateral of e-mode {category}", Calls.CategoryBitmap(pool, category), answer =>
        {
            var bitmap = Decoding.Open(answer, words: 1).ReadUInt(AaveState.MostReserves);
            if (state.Categories.TryGet(category, out var row)) state.SetCategory(category, row with { Known = true, Bitmap = bitmap });
        }));
    }

    /// <summary>
    /// Balances of the users that are to be read next, so many that they can be asked for at once: by which roundings each of them came about, no log says. Later logs apply on top of what
    /// was read at the mirror's block.
    /// </summary>
    private void AddBalances(List<StateRead> reads)
    {
        var (first, unread) = (reads.Count, state.Globals.Unread);
        for (var user = unread; user < state.Users.Count && reads.Count - first < MostReads; user++)
        {
            var own = new List<StateRead>();
            var (from, next, left) = (unread, user + 1, 0);
            for (var at = state.Users[user].First; at != UserRow.None; at = state.Balances[at].Next)
                if (!state.Reserves[state.Balances[at].Reserve].AToken.IsZero) AddBalance(own, state.Users.KeyAt(user), state.Balances[at].Reserve, Answered);
            if (own.Count == 0) continue;
            left = own.Count;
            reads.AddRange(own);
            unread = next;

            // Answers come in order, and one that does not come holds up all that are behind it.
            void Answered()
            {
                if (--left == 0 && state.Globals.Unread == from) state.SetGlobals(state.Globals with { Unread = next });
            }
        }
        if (reads.Count == first) state.SetGlobals(state.Globals with { Unread = GlobalRow.AllRead });
    }

    private void AddBalance(List<StateRead> reads, Address user, int reserve, Action? answered = null)
    {
        var row = state.Reserves[reserve];
        var asset = state.Reserves.KeyAt(reserve);
        reads.Add(new($"supply of {asset} by {user}", Calls.ScaledBalance(row.AToken, user), answer => Write(isDebt: false, answer)));
        reads.Add(new($"debt in {asset} of {user}", Calls.ScaledBalance(row.DebtToken, user), answer => Write(isDebt: true, answer)));

        void Write(bool isDebt, ReadOnlyMemory<byte> answer)
        {
            var scaled = Decoding.Open(answer, words: 1).ReadUInt(128);
            if (state.Users.TryFind(user, out var known) && (!scaled.IsZero || state.Balances.TryFind(new(known, reserve), out _)))
            {
                if (isDebt) state.SetDebt(known, reserve, scaled);
                else state.SetSupply(known, reserve, scaled);
            }
            answered?.Invoke();
        }
    }

    private void ApplyRevision(ReadOnlyMemory<byte> answer)
    {
        var revision = Decoding.Open(answer, words: 1).ReadUInt256();
        Set(state.Globals with { Profile = Profile.Of(revision.FitsUInt64 ? (ulong)revision : ulong.MaxValue), IsUpgraded = false });
    }

    private void ApplyUnit(ReadOnlyMemory<byte> answer)
    {
        var unit = Decoding.Open(answer, words: 1).ReadUInt256();
        if (unit != Dollar) throw new MirrorException($"A unit of the price oracle is {unit}; known are pools whose prices are dollars at {Dollar}.");
        Set(state.Globals with { IsBaseKnown = true });
    }

    private void ApplySentinel(ReadOnlyMemory<byte> answer)
    {
        var sentinel = Decoding.Open(answer, words: 1).ReadAddress();
        Set(state.Globals with { SentinelKnown = true, Sentinel = sentinel.IsZero ? UserRow.None : state.Oracles.Polled.Follow(new(sentinel, Calls.LiquidationAllowedSelector)) });
    }

    private void ApplyList(ReadOnlyMemory<byte> answer)
    {
        var list = new AbiReader(answer.Span).ReadOffset();
        var assets = new Address[list.ReadLength(32)];
        for (var i = 0; i < assets.Length; i++) assets[i] = list.ReadAddress();
        list.RequireEnd();
        if (assets.Length > AaveState.MostReserves) throw new MirrorException($"{assets.Length} reserves are listed, and a user's configuration has room for {AaveState.MostReserves}.");
        // What was dropped from the list stands in it as zero.
        foreach (var asset in assets) if (!asset.IsZero) state.List(asset);
        Set(state.Globals with { IsListed = true });
    }

    /// <summary><c>ReserveData</c>, and <c>ReserveDataLegacy</c> from 3.2 on: fifteen words of the same meaning.</summary>
    private void ApplyReserve(Address asset, ReadOnlyMemory<byte> answer, bool tokensOnly)
    {
        var data = Decoding.Open(answer, words: 15);
        var terms = new ReserveTerms(data.ReadUInt256());
        var (liquidityIndex, liquidityRate, debtIndex, debtRate) = (data.ReadUInt(128), data.ReadUInt(128), data.ReadUInt(128), data.ReadUInt(128));
        data.ReadUInt(128); // stable rate
        var (updatedAt, id) = ((ulong)data.ReadUInt(40), data.ReadUInt16());
        var (aToken, stableToken, debtToken) = (data.ReadAddress(), data.ReadAddress(), data.ReadAddress());
        if (id >= AaveState.MostReserves) throw new MirrorException($"Reserve {asset} has the number {id}, and a user's configuration has room for {AaveState.MostReserves}.");
        if (terms.Decimals > 36) throw new MirrorException($"Reserve {asset} has {terms.Decimals} decimals.");
        Change(asset, row => tokensOnly
            // Of one that was dropped there is no more to know.
            ? row with { Known = aToken.IsZero, AToken = aToken, DebtToken = debtToken, StableToken = stableToken }
            : row with
            {
                Known = true, AToken = aToken, DebtToken = debtToken, StableToken = stableToken, Id = id, Terms = terms,
                LiquidityIndex = liquidityIndex, LiquidityRate = liquidityRate, DebtIndex = debtIndex, DebtRate = debtRate, UpdatedAt = updatedAt,
            });
    }

    /// <summary>Two bits for each reserve: whether the user owes it (which the debt says), and whether it is collateral.</summary>
    private void ApplyFlags(Address user, UInt256 bits)
    {
        if (!state.Users.TryFind(user, out var row)) return;
        for (var reserve = 0; reserve < state.Reserves.Count; reserve++)
        {
            if (state.Reserves[reserve] is not { AToken.IsZero: false, Id: var id }) continue;
            var isCollateral = !((bits >> (2 * id + 1)) & UInt256.One).IsZero;
            if (isCollateral || state.Balances.TryFind(new(row, reserve), out _)) state.SetCollateral(row, reserve, isCollateral);
        }
    }

    private void Change(Address asset, Func<ReserveRow, ReserveRow> change)
    {
        if (state.Reserves.TryFind(asset, out var reserve)) state.SetReserve(reserve, change(state.Reserves[reserve]));
    }

    private void Set(in GlobalRow row) => state.SetGlobals(row, changesShape: true);

    private static Address Contract(ReadOnlyMemory<byte> answer)
    {
        var contract = Decoding.Open(answer, words: 1).ReadAddress();
        return contract.IsZero ? throw new AbiException("It is the zero address.") : contract;
    }
}
