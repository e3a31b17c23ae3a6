using System.Runtime.CompilerServices;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// The state as a snapshot holds it: what the contract's logs have told. Feeds' rounds and the quote token are not in it, since they are read
/// from their contracts after every start. Positions stand with their account, by market, so that equal states are equal bytes.
/// </summary>
internal static class SavedState
{
    /// <summary>Of the form below.</summary>
    public const ulong Version = 1;

    private const byte HasParams = 1, HasMaintenance = 2, HasInitial = 4;

    public static void Write(SnapshotWriter writer, CapturedState state)
    {
        Write(writer, state.Globals, state.SequencerFeed);
        writer.Count(state.Markets.Count);
        for (var i = 0; i < state.Markets.Count; i++) Write(writer, state.Markets.KeyAt(i), state.Markets[i]);
        writer.Count(state.Accounts.Count);
        var open = new List<PositionRow>();
        for (var i = 0; i < state.Accounts.Count; i++)
        {
            ref readonly var account = ref state.Accounts[i];
            writer.Unsigned(state.Accounts.KeyAt(i));
            writer.Signed(account.Quote);
            open.Clear();
            for (var at = account.FirstPosition; at != AccountRow.None; at = state.Positions[at].Next) open.Add(state.Positions[at]);
            if (open.Count > 1) open.Sort((a, b) => a.Market.CompareTo(b.Market));
            writer.Count(open.Count);
            foreach (var position in open)
            {
                writer.Count(position.Market);
                writer.Signed(position.Size);
                writer.Signed(position.EntryNotional);
                writer.Signed(position.EntryFunding);
            }
        }
        if (state.Beginning is { } read) Beginning.Write(writer, read, state.Globals.TotalQuote);
    }

    /// <exception cref="SnapshotException">It is not what <see cref="Write(SnapshotWriter, CapturedState)"/> writes.</exception>
    /// <param name="beginning">Null where all of history was read.</param>
    public static void Read(ref SnapshotReader reader, RefPerpsState state, Beginning? beginning = null)
    {
        ReadGlobals(ref reader, state);
        for (var left = reader.Count(bytesEach: 8); left > 0; left--) ReadMarket(ref reader, state);
        var accounts = reader.Count(bytesEach: 3);
        var total = Int256.Zero;
        for (var account = 0; account < accounts; account++) total += ReadAccount(ref reader, state, account);
        state.SetGlobals(state.Globals with { TotalQuote = total });
        var (accountsDiffer, positionsDiffer) = (false, false);
        Parallel.Invoke(() => accountsDiffer = state.Accounts.Index(), () => positionsDiffer = state.Positions.Index());
        if (!accountsDiffer || !positionsDiffer) throw Damaged("An account is there twice.");
        beginning?.Read(ref reader);
    }

    private static void Write(SnapshotWriter writer, in GlobalRow globals, Address sequencerFeed)
    {
        writer.Unsigned(globals.Stipend);
        writer.Unsigned(globals.KeeperCap);
        writer.Unsigned(globals.DebtPpm);
        writer.Number(globals.SequencerGrace);
        writer.Address(sequencerFeed);
        writer.Byte(globals.PausedBits);
        writer.Signed(globals.Pool);
        writer.Unsigned(globals.InsuranceFund);
    }

    private static void ReadGlobals(ref SnapshotReader reader, RefPerpsState state)
    {
        var globals = state.Globals with { Stipend = reader.Unsigned(), KeeperCap = reader.Unsigned(), DebtPpm = reader.Unsigned(), SequencerGrace = reader.Number() };
        var feed = reader.Address();
        state.SetGlobals(globals with { PausedBits = reader.Byte(), Pool = reader.Signed(), InsuranceFund = reader.Unsigned() });
        if (!feed.IsZero) state.SetSequencerFeed(state.Feeds.Follow(feed, isStatus: true));
    }

    private static void Write(SnapshotWriter writer, uint id, in MarketRow market)
    {
        writer.Number(id);
        writer.Byte((byte)((market.Params is null ? 0 : HasParams) | (market.Maintenance is null ? 0 : HasMaintenance) | (market.Initial is null ? 0 : HasInitial)));
        market.Params?.Save(writer);
        market.Maintenance?.Save(writer);
        market.Initial?.Save(writer);
        writer.Signed(market.FundingIndex);
        writer.Number(market.FundingTime);
        writer.Signed(market.FundingRate);
        writer.Signed(market.Skew);
        writer.Unsigned(market.OiLong);
        writer.Unsigned(market.OiShort);
    }

    private static void ReadMarket(ref SnapshotReader reader, RefPerpsState state)
    {
        var id = reader.Number();
        if (id > uint.MaxValue || state.Markets.TryFind((uint)id, out var market)) throw Damaged($"Market {id} cannot be, or is there twice.");
        state.AddMarket((uint)id);
        market = state.RequireMarket((uint)id);
        var has = reader.Byte();
        if (has > (HasParams | HasMaintenance | HasInitial)) throw Damaged($"Market {id} has what no market has.");
        var row = state.Markets[market];
        if ((has & HasParams) != 0)
        {
            var terms = MarketParams.Load(ref reader);
            row = row with { Params = terms, Feed = state.Feeds.Follow(terms.Feed) };
        }
        if ((has & HasMaintenance) != 0) row = row with { Maintenance = TierSchedule.Load(ref reader) };
        if ((has & HasInitial) != 0) row = row with { Initial = TierSchedule.Load(ref reader) };
        state.SetMarket(market, row with
        {
            FundingIndex = reader.Signed(), FundingTime = reader.Number(), FundingRate = reader.Signed(),
            Skew = reader.Signed(), OiLong = reader.Unsigned(), OiShort = reader.Unsigned(),
        });
    }

    /// <returns>The account's balance.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Int256 ReadAccount(ref SnapshotReader reader, RefPerpsState state, int account)
    {
        var id = reader.Unsigned();
        var quote = reader.Signed();
        var first = AccountRow.None;
        var before = -1;
        for (var left = reader.Count(bytesEach: 4); left > 0; left--)
        {
            var market = reader.Number();
            if (market >= (ulong)state.Markets.Count || (int)market <= before) throw Damaged($"The positions of account {id} are of markets that are not there, or out of order.");
            before = (int)market;
            var (size, notional, funding) = (reader.Signed(), reader.Signed(), reader.Signed());
            if (size.IsZero) throw Damaged($"Account {id} holds a position of nothing.");
            first = state.Positions.Append(new(account, state.Markets.KeyAt(before)), new(before, first, size, notional, funding));
        }
        state.Accounts.Append(id, new(quote, first));
        return quote;
    }

    private static SnapshotException Damaged(string what) => new(SnapshotFault.Damaged, what);
}
