using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.EndToEnd.Faults;
using Keeper.Conformance.Support;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;

namespace Keeper.Conformance.EndToEnd.Walk;

/// <summary>Steps of a chain and of its endpoints, all by the seed: blocks with trades and prices, reorgs, faults that begin and end.</summary>
internal sealed class RandomWalk(FaultScene scene, Witness witness, int seed, Action<string> tell)
{
    private static readonly uint Drive = Keccak.Selector("drive((uint8,uint256,uint32,int256,uint256)[])");
    private const int DeepestReorg = 7;
    private const string Gas = "0xb71b00"; // 12,000,000

    private readonly Random _random = new(seed);
    private readonly Dictionary<FaultProxy, int> _ends = [];
    private readonly double[] _prices = [.. DemoMarket.All.Select(_ => 100.0)];
    private ExchangeChain Exchange => scene.Exchange;

    public int Reorgs { get; private set; }
    public int Faults { get; private set; }

    public async Task RunAsync(int steps)
    {
        for (var step = 1; step <= steps; step++)
        {
            foreach (var (proxy, _) in _ends.Where(end => end.Value <= step).ToArray()) Mend(proxy);
            switch (_random.Next(100))
            {
                case < 9:
                    await ReorgAsync(step);
                    break;
                case < 20:
                    Break(step);
                    break;
                default:
                    await BlockAsync();
                    break;
            }
            await witness.LookAsync(Exchange);
            // Now and then several blocks come at once.
            if (_random.Next(5) > 0) await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(20, 120)), TimeProvider.System);
            if (scene.Keeper.Running.IsCompleted) await scene.Keeper.Running;
        }
        foreach (var proxy in scene.Proxies) Mend(proxy);
    }

    /// <summary>A round of every feed at its first price, so that none is stale.</summary>
    public async Task RefreshAsync()
    {
        for (var i = 0; i < _prices.Length; i++) await SendAsync(Exchange.Deployment.Aggregators[i], RoundOf(i), (ulong)i);
        await scene.MineAsync();
        await witness.LookAsync(Exchange);
    }

    private async Task BlockAsync()
    {
        ulong sent = 0;
        for (var i = 0; i < _prices.Length; i++)
        {
            if (_random.Next(3) > 0) continue;
            _prices[i] = Math.Clamp(_prices[i] * (1 + (_random.NextDouble() - 0.5) * (_random.Next(12) == 0 ? 0.12 : 0.01)), 80, 120);
            await SendAsync(Exchange.Deployment.Aggregators[i], RoundOf(i), sent++);
        }
        if (_random.Next(2) == 0) await SendAsync(Exchange.Deployment.Seeder, Steps(_random.Next(1, 6)), sent++);
        if (_random.Next(25) == 0) await SendAsync(Exchange.Deployment.Seeder, Population.SeedCall([.. Population.Generate(_random.Next(1, 4), _random.Next())]), sent);
        await Exchange.Rpc.RequestAsync("evm_mine");
    }

    private async Task ReorgAsync(int step)
    {
        Reorgs++;
        var depth = _random.Next(1, DeepestReorg + 1);
        tell($"{step}: {depth} blocks are replaced");
        await scene.ReorgAsync(depth);
    }

    private void Break(int step)
    {
        var proxy = scene.Proxies[_random.Next(scene.Proxies.Count)];
        var (name, begin) = WalkFaults.All[_random.Next(WalkFaults.All.Count)];
        Mend(proxy);
        Faults++;
        _ends[proxy] = step + _random.Next(3, 25);
        tell($"{step}: endpoint {scene.Proxies.ToList().IndexOf(proxy)}: {name}, until {_ends[proxy]}");
        begin(proxy, _random);
    }

    private void Mend(FaultProxy proxy)
    {
        _ends.Remove(proxy);
        proxy.Mend();
        Watch(proxy);
    }

    /// <summary>Sends are kept by the witness whatever else happens, and what the keeper is told.</summary>
    public void Watch(FaultProxy proxy)
    {
        proxy.Told = witness.Told;
        proxy.On("eth_sendRawTransaction", call =>
        {
            witness.Sent(call);
            return proxy.Otherwise(call);
        });
    }

    private byte[] RoundOf(int market) => new AbiWriter().Word((Int256)(long)(DemoMarket.All[market].StartPrice / 100 * _prices[market])).ToCall(Signatures.Transmit);

    private byte[] Steps(int count) => new AbiWriter().StaticArray(Enumerable.Range(0, count).ToArray(), (to, _) =>
    {
        // Deposits, withdrawals, trades, closings, syncs.
        var kind = _random.Next(10) switch { 0 => 0UL, 1 => 1UL, 8 => 3UL, 9 => 6UL, _ => 2UL };
        var market = _random.Next(DemoMarket.All.Count);
        var lots = DemoMarket.All[market].Lot * (ulong)_random.Next(10, 400);
        to.Word(kind).Word((ulong)_random.Next(1, FaultChain.Accounts + 1)).Word((ulong)market + 1).Word((Int256)lots * (_random.Next(2) * 2 - 1)).Word((UInt256)(ulong)_random.Next(1, 500) * 1_000_000_000_000_000_000UL);
    }).ToCall(Drive);

    /// <summary>The node signs. Its own count of what is pending is wrong after a reorg, so the nonce is ours.</summary>
    private async Task SendAsync(Address to, byte[] data, ulong ahead) => await Exchange.Rpc.RequestAsync("eth_sendTransaction", new Dictionary<string, object>
    {
        ["from"] = Exchange.Deployment.Owner.ToString(), ["to"] = to.ToString(), ["data"] = Hex.Encode(data), ["gas"] = Gas,
        ["nonce"] = ((UInt256)(await Exchange.NonceAsync(Exchange.Deployment.Owner) + ahead)).ToString("x", null),
    });
}
