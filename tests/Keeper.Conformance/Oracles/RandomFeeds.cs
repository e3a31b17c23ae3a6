using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Oracles;

/// <summary>
/// Seven proxies: before aggregators of OCR2's and earlier shape, which they change now and then, before one DualAggregator (as its secondary proxy and as any other), and before a
/// sequencer's uptime feed. Each <see cref="SendBlockAsync"/> does to them what may happen in a block, all by the seed.
/// </summary>
internal sealed class RandomFeeds(OracleWorld world, Random random)
{
    private const uint Cutoff = 60;
    private readonly List<Proxy> _proxies = [];
    private readonly List<Address> _modern = [], _legacy = [];
    private Address _dual, _uptime;
    private bool _isDown;

    public IReadOnlyList<Proxy> Proxies => _proxies;
    public int Rotations { get; private set; }
    public int OutOfOrder { get; private set; }
    public int Repeated { get; private set; }
    public int StatusChanges { get; private set; }

    /// <summary>Blocks at which the DualAggregator shows its two readers different rounds.</summary>
    public int SecondaryDiffers { get; private set; }

    public async Task SetUpAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            _modern.Add(await world.CreateAsync("Aggregator", new AbiWriter().Word((UInt256)8UL).Bytes("test"u8)));
            _legacy.Add(await world.CreateAsync("LegacyAggregator", new AbiWriter().Word((UInt256)8UL)));
            await world.SendAsync(_modern[i], "transmit(int192)", OracleWorld.Words(100 + i));
            await world.SendAsync(_legacy[i], "transmit(int192)", OracleWorld.Words(200 + i));
        }
        _dual = await world.CreateAsync("DualAggregator", OracleWorld.Words(8, Cutoff, 20));
        await world.SendAsync(_dual, "transmitSecondary(int192)", OracleWorld.Words(300));
        _uptime = await world.CreateAsync("UptimeFeed", new());
        await AddAsync("silent", "AggregatorProxy", _modern[0]);
        await AddAsync("announcing", "AnnouncingProxy", _legacy[0]);
        await AddAsync("silent, the same aggregator", "AggregatorProxy", _modern[0]);
        await AddAsync("of an earlier generation", "AggregatorProxy", _legacy[1]);
        await AddAsync("secondary", "AggregatorProxy", _dual);
        await AddAsync("primary", "AnnouncingProxy", _dual);
        await AddAsync("uptime", "AggregatorProxy", _uptime, isStatus: true);
        await world.SendAsync(_dual, "setSecondaryProxy(address)", new AbiWriter().Word(_proxies[4].Address));
        await world.Chain.MineAsync();
    }

    public int Any(int from, int to) => random.Next(from, to);

    /// <summary>Seconds to the next block: now and then past the cutoff of the DualAggregator.</summary>
    public ulong NextDelay() => random.Next(8) == 0 ? (ulong)random.Next(30, 3_000) : (ulong)random.Next(1, 15);

    public async Task SendBlockAsync()
    {
        foreach (var aggregator in _modern) await SometimesAsync(0.5, () => TransmitAsync(aggregator));
        foreach (var aggregator in _legacy) await SometimesAsync(0.5, () => TransmitAsync(aggregator));
        foreach (var aggregator in _modern.Concat(_legacy)) await SometimesAsync(0.1, () => TransmitAsync(aggregator)); // a second one in the same block
        foreach (var aggregator in _legacy) await SometimesAsync(0.2, () => ReportAsync(aggregator));
        await SometimesAsync(0.7, DriveDualAsync);
        await SometimesAsync(0.3, ChangeStatusAsync);
        foreach (var proxy in _proxies.Take(4)) await SometimesAsync(0.05, () => RotateAsync(proxy));
        SecondaryDiffers += await DiffersAsync() ? 1 : 0;
    }

    private async Task SometimesAsync(double probability, Func<Task> action)
    {
        if (random.NextDouble() < probability) await action();
    }

    private Task TransmitAsync(Address aggregator) => world.SendAsync(aggregator, "transmit(int192)", OracleWorld.Words(Answer()));

    /// <summary>Any round: one before, one far ahead, or the same one again, at any time.</summary>
    private async Task ReportAsync(Address aggregator)
    {
        var said = await world.AskAsync(aggregator, "latestRoundData()");
        var round = (long)(ulong)UInt256.ReadBigEndian(said!.Value.Span[..32]);
        var next = random.Next(3) switch { 0 => round, 1 => Math.Max(1, round - random.Next(1, 4)), _ => round + random.Next(2, 9) };
        if (next == round) Repeated++;
        else OutOfOrder++;
        await world.SendAsync(aggregator, "report(uint32,int192,uint64)", OracleWorld.Words(next, Answer(), (long)world.Chain.Time - random.Next(-50, 100_000)));
    }

    private Task DriveDualAsync() => random.Next(6) switch
    {
        0 or 1 => world.SendAsync(_dual, "transmit(int192)", OracleWorld.Words(Answer())),
        2 or 3 => world.SendAsync(_dual, "transmitSecondary(int192)", OracleWorld.Words(Answer())),
        4 => world.SendAsync(_dual, "unlockPrimary()", new()),
        _ => RepeatSecondaryAsync(),
    };

    private async Task RepeatSecondaryAsync()
    {
        if (random.Next(4) == 0) await world.SendAsync(_dual, "setCutoffTime(uint32)", OracleWorld.Words(Cutoff + random.Next(-30, 30)));
        var said = await world.AskAsync(_dual, "latestRoundData()");
        await world.SendAsync(_dual, "repeatSecondary(uint32)", OracleWorld.Words((long)(ulong)UInt256.ReadBigEndian(said!.Value.Span[..32])));
    }

    private Task ChangeStatusAsync()
    {
        if (random.Next(2) == 0)
        {
            _isDown = !_isDown;
            StatusChanges++;
        }
        return world.SendAsync(_uptime, "updateStatus(bool,uint64)", OracleWorld.Words(_isDown ? 1 : 0, (long)world.Chain.Time - random.Next(0, 3)));
    }

    private async Task RotateAsync(Proxy proxy)
    {
        // To another one: the phase alone, which decides nothing, may move unseen.
        var candidates = _modern.Concat(_legacy).Where(aggregator => aggregator != proxy.Aggregator).ToArray();
        var next = candidates[random.Next(candidates.Length)];
        await world.SendAsync(proxy.Address, "proposeAggregator(address)", new AbiWriter().Word(next));
        await world.SendAsync(proxy.Address, "confirmAggregator(address)", new AbiWriter().Word(next));
        proxy.Aggregator = next;
        if (!proxy.Announces) proxy.RotatedSilentlyAt = world.Chain.Number + 1;
        Rotations++;
    }

    private async Task<bool> DiffersAsync()
    {
        var (secondary, primary) = (await world.AskAsync(_proxies[4].Address, "latestRoundData()"), await world.AskAsync(_proxies[5].Address, "latestRoundData()"));
        return !secondary!.Value.Span.SequenceEqual(primary!.Value.Span);
    }

    private Int256 Answer() => random.Next(20) switch { 0 => 0, 1 => -random.Next(1, 9), _ => random.Next(1, 1_000_000) };

    private async Task AddAsync(string name, string contract, Address aggregator, bool isStatus = false) =>
        _proxies.Add(new(name, await world.CreateAsync(contract, new AbiWriter().Word(aggregator)), contract == "AnnouncingProxy", isStatus, aggregator == _dual) { Aggregator = aggregator });

    /// <param name="IsDual">Before the DualAggregator: it never rotates away.</param>
    internal sealed record Proxy(string Name, Address Address, bool Announces, bool IsStatus, bool IsDual)
    {
        public Address Aggregator { get; set; }
        public ulong RotatedSilentlyAt { get; set; }
    }
}
