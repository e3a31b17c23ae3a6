using System.Diagnostics;
using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Running;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Tests.Chain.Nodes;

/// <summary>What a real endpoint's limits do to reads, and do not do to transactions.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private static readonly byte[] Raw = [2, 7];
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private ScriptedNode _node = null!;

    public async Task InitializeAsync() => _node = (await ScriptedNode.StartAsync())
        .On("eth_chainId", _ => "0x7a69")
        .On("eth_sendRawTransaction", args => Keeper.Chain.Native.Crypto.Keccak.Hash(Hex.Decode(args[0].GetString()!)).ToString());

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        _patience.Dispose();
    }

    /// <summary>The control is in it: the read, which is told to wait just as the transaction would be, does wait.</summary>
    [Fact]
    public async Task While_an_endpoint_wants_peace_reads_keep_it_and_a_transaction_goes_out_at_once()
    {
        await using var client = Connect(_node.HttpOnly);
        var began = Stopwatch.GetTimestamp();
        _node.HttpFault = async (context, request) =>
        {
            if (JsonRpcText.Method(request) == "eth_chainId")
            {
                context.Response.StatusCode = 429;
                context.Response.Headers.RetryAfter = "3";
                return;
            }
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(_node.Answer(request));
        };
        var reads = Enumerable.Range(0, 5).Select(_ => client.GetChainIdAsync(_patience.Token)).ToArray();
        while (_node.Requests == 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);
        Assert.Equal(SendError.None, (await client.SendRawTransactionAsync(Raw, _patience.Token)).Error);
        Assert.All(reads, read => Assert.False(read.IsCompleted));
        _node.HttpFault = null;
        await Task.WhenAll(reads);
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(2.5), "The reads did not wait.");
        Assert.InRange(_node.Requests, 7, 12);
    }

    /// <summary>The control is in it: one more read gets no answer while the others hang.</summary>
    [Fact]
    public async Task Reads_that_hang_leave_room_for_a_transaction()
    {
        var release = new TaskCompletionSource();
        _node.HttpFault = async (context, request) =>
        {
            if (JsonRpcText.Method(request) == "eth_chainId") await release.Task;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(_node.Answer(request));
        };
        await using var client = Connect(_node.HttpOnly with { MaxConcurrent = 4, RequestTimeout = TimeSpan.FromSeconds(50) });
        var reads = Enumerable.Range(0, 12).Select(_ => client.GetChainIdAsync(_patience.Token)).ToArray();
        while (_node.Requests < 3) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);
        Assert.Equal(SendError.None, (await client.SendRawTransactionAsync(Raw, _patience.Token)).Error);
        Assert.Equal(4, _node.Requests);
        Assert.All(reads, read => Assert.False(read.IsCompleted));
        release.SetResult();
        await Task.WhenAll(reads);
    }

    [Fact]
    public async Task Where_the_days_budget_is_spent_audits_are_given_up_without_a_request()
    {
        await using var client = Connect(_node.HttpOnly with { Limits = new() { DailyCostUnits = 2 } });
        for (var i = 0; i < 5; i++) await client.GetChainIdAsync(_patience.Token);
        var refused = await Assert.ThrowsAsync<ChainException>(() => client.For(RequestPurpose.Audit).GetChainIdAsync(_patience.Token));
        Assert.Equal(ChainFault.Deferred, refused.Fault);
        Assert.Equal(5, _node.Requests);
        Assert.Equal(SendError.None, (await client.SendRawTransactionAsync(Raw, _patience.Token)).Error);
    }

    [Fact]
    public async Task A_request_that_waits_for_a_socket_ends_when_the_client_is_closed()
    {
        _node.RefuseSockets = true;
        var client = Connect(new RpcEndpoint { Name = "scripted", WsUrl = _node.WsUrl, RequestTimeout = TimeSpan.FromMinutes(5) });
        var read = client.GetChainIdAsync(_patience.Token);
        while (_node.SocketsOpened == 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, _patience.Token);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<ChainException>(() => read.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private static NodeChainClient Connect(RpcEndpoint endpoint) => NodeChainClient.Create(
        NativeChainLibrary.Instance, new() { Profile = TestProfile.Slow, Endpoints = [endpoint], Seed = 1 }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
}
