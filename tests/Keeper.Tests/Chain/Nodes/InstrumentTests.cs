using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Telemetry;
using Keeper.Host.Running;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Tests.Chain.Nodes;

public sealed class InstrumentTests
{
    [Fact]
    public async Task Requests_are_counted_by_endpoint_method_and_outcome()
    {
        var counted = new ConcurrentQueue<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => { if (instrument.Meter.Name == KeeperMeter.Name) listener.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var labels = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value);
            if (instrument.Name == "keeper_rpc_requests_total" && (string?)labels["rpc"] == "counted") counted.Enqueue($"{labels["method"]} {labels["outcome"]} {value}");
        });
        listener.Start();

        await using var node = (await ScriptedNode.StartAsync()).On("eth_chainId", _ => "0x1").On("eth_getBalance", _ => new ScriptedError(-32000, "no"));
        await using var client = NodeChainClient.Create(
            NativeChainLibrary.Instance,
            new ChainClientOptions { Profile = TestProfile.Fast, Endpoints = [node.HttpOnly with { Name = "counted" }], Retries = 0 }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        await client.GetChainIdAsync(CancellationToken.None);
        await Assert.ThrowsAsync<ChainException>(() => client.GetBalanceAsync(default, BlockId.Latest, CancellationToken.None));
        node.Next(429, "").Next(200, "<html>");
        await Assert.ThrowsAsync<ChainException>(() => client.GetChainIdAsync(CancellationToken.None));
        await Assert.ThrowsAsync<ChainException>(() => client.GetChainIdAsync(CancellationToken.None));
        Assert.Equal(["eth_chainId ok 1", "eth_getBalance error 1", "eth_chainId ratelimited 1", "eth_chainId malformed 1"], counted);
    }
}
