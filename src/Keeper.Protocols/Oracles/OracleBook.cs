using Keeper.Core.Chain;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// What an adapter knows of prices: feeds behind proxies, Pyth, views that must be polled, and how prices are made of them. All of it stands in tables of the
/// undo log. The adapter says what it depends on, passes on what is not its own log, and asks for prices by its contract's rules.
/// </summary>
internal sealed class OracleBook
{
    private readonly OracleRevisions _revisions;

    public OracleBook(UndoLog undo)
    {
        _revisions = new(undo);
        Feeds = new(undo, _revisions);
        Pyth = new(undo, _revisions);
        Clock = new(undo);
        Polled = new(undo, _revisions, Clock);
        Graph = new(undo, Feeds, Pyth, Polled, _revisions);
    }

    public FeedBook Feeds { get; }
    public PythBook Pyth { get; }
    public PolledBook Polled { get; }
    public PollClock Clock { get; }
    public PriceGraph Graph { get; }

    /// <summary>Equal where nothing here has changed.</summary>
    public long Revision => _revisions.Content;

    /// <summary>Equal where <see cref="Sources"/> and <see cref="Hints"/> are.</summary>
    public long Shape => _revisions.Shape;

    /// <summary>The logs and questions that follow are of this block.</summary>
    public void Begin(BlockRef block)
    {
        Clock.Begin(block);
        Polled.Age();
    }

    /// <summary>Contracts whose logs are wanted, with every topic of <see cref="OracleTopics"/>.</summary>
    public List<Address> Sources()
    {
        var addresses = new List<Address>();
        Feeds.AddSources(addresses);
        Pyth.AddSources(addresses);
        return addresses;
    }

    /// <summary>Price updates that may be acted on before their block is linked.</summary>
    public LogFilter Hints()
    {
        var addresses = new List<Address>();
        Feeds.AddHints(addresses);
        var aggregators = addresses.Count;
        Pyth.AddSources(addresses);
        if (addresses.Count == 0) return LogFilter.None;
        return new(addresses, addresses.Count == aggregators ? [OracleTopics.AnswerUpdated] : [OracleTopics.AnswerUpdated, OracleTopics.PriceFeedUpdate]);
    }

    /// <summary>The newest update of what can be a hint.</summary>
    public ulong LatestUpdate => Math.Max(Feeds.LatestUpdate, Pyth.LatestUpdate);

    /// <summary>A log that is not of the adapter's own contracts; of no interest it changes nothing.</summary>
    /// <exception cref="Core.Chain.Abi.AbiException">It is not what its event says; nothing was changed.</exception>
    public void Apply(Log log)
    {
        if (log.Topic0 == OracleTopics.PriceFeedUpdate) Pyth.Apply(log);
        else if (OracleTopics.All.Any(known => known.Topic == log.Topic0)) Feeds.Apply(log);
    }

    public void AddMissing(List<StateRead> reads)
    {
        Feeds.AddMissing(reads);
        Pyth.AddMissing(reads);
        Polled.AddMissing(reads);
    }

    public void AddPolls(List<StateRead> reads)
    {
        Feeds.AddPolls(reads);
        Polled.AddPolls(reads);
    }
}
