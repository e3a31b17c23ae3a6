using System.Collections.Concurrent;
using System.Text;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.OrderFlow;
using Keeper.Core.Primitives;
using Keeper.Host;
using Keeper.Host.Configuration;
using Keeper.Host.Running;
using Keeper.Tests.Host;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Keeper.Tests.OrderFlow;

/// <summary>Both kinds of private endpoints against servers on real ports.</summary>
public sealed class PrivateFlowTests
{
    private static readonly byte[] Raw = [2, 0xc0, 1, 2, 3];
    private static readonly Hash32 Slot = Hash32.Parse("0x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
    private static readonly PrivateOrder Order = new(Raw, Slot, 0x1b4, 0x1b8);

    [Fact]
    public async Task A_bundle_has_the_shape_that_relays_document()
    {
        await using var relay = await ScriptedNode.StartAsync();
        var asked = new ConcurrentQueue<string>();
        relay.On("eth_sendBundle", parameters =>
        {
            asked.Enqueue(parameters.GetRawText());
            return new { bundleHash = Slot.ToString() };
        });
        await using var flow = new BundleRelays([Endpoint(relay)], 3, null, TimeProvider.System);
        Assert.Equal(SendResult.Accepted, await flow.SendAsync(Order, default));
        await flow.SendAsync(Order with { NextBlock = 0x1b5 }, default);
        var common = "\"txs\":[\"0x02c0010203\"]";
        const string Uuid = "00112233-4455-4677-8899-aabbccddeeff"; // version 4, variant 1
        Assert.Equal(
            [
                $$$"""[{{{{common}}},"blockNumber":"0x1b4","replacementUuid":"{{{Uuid}}}"}]""",
                $$$"""[{{{{common}}},"blockNumber":"0x1b5","replacementUuid":"{{{Uuid}}}"}]""",
            ], asked);
    }

    /// <summary>As relays check it: EIP-191 over the hash of the body, as text.</summary>
    [Fact]
    public async Task Requests_to_relays_are_signed_by_the_reputation_key()
    {
        using var folder = new ConfigFolder();
        var reputation = Cli.GiveKey(folder);
        await using var relay = await ScriptedNode.StartAsync();
        var seen = new ConcurrentQueue<(string Header, byte[] Body)>();
        relay.Next(async (context, request) =>
        {
            seen.Enqueue((context.Request.Headers["X-Flashbots-Signature"].ToString(), Encoding.UTF8.GetBytes(request.GetRawText())));
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"jsonrpc":"2.0","id":1,"result":{}}""");
        });
        ConfigFolder.Set(folder.Main, "orderFlow", $$$"""{"method":"eth_sendBundle","endpoints":[{"name":"relay","url":"{{{relay.HttpUrl}}}"}],"reputation":{"keystore":"operator.json","password":"file:password"}}""");
        var options = folder.Load(Needs.Key | Needs.Executor).Require();
        await using var flow = PrivateFlows.Create(options.OrderFlow, options.Chain, null, TimeProvider.System)!;
        await flow.SendAsync(Order, default);

        var (header, body) = Assert.Single(seen);
        var parts = header.Split(':');
        Assert.Equal(AddressChecksum.Format(reputation), parts[0]);
        var text = Encoding.ASCII.GetBytes(Keccak.Hash(body).ToString());
        var hash = Keccak.Hash([.. Encoding.ASCII.GetBytes("\u0019Ethereum Signed Message:\n66"), .. text]);
        var signature = Hex.Decode(parts[1]);
        Assert.Equal(65, signature.Length);
        var recovered = Secp256k1.RecoverAddress(
            hash.ToArray(), new(UInt256.ReadBigEndian(signature.AsSpan(0, 32)), UInt256.ReadBigEndian(signature.AsSpan(32, 32)), (byte)(signature[64] - 27)));
        Assert.Equal(reputation, recovered);

        var refused = Assert.Throws<StartupException>(() => PrivateFlows.Create(options.OrderFlow, options.Chain, reputation, TimeProvider.System));
        Assert.Equal("orderFlow.reputation.keystore", refused.Errors[0].Field);
    }

    public static TheoryData<bool> Kinds => [true, false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_relay_that_takes_it_is_enough(bool isBundle)
    {
        await using var good = await ScriptedNode.StartAsync();
        await using var bad = await ScriptedNode.StartAsync();
        good.On("eth_sendBundle", _ => new { }).On("eth_sendRawTransaction", _ => Keccak.Hash(Raw).ToString());
        bad.Next(500, "canary");
        await using var flow = Create(isBundle, Endpoint(bad, "bad"), Endpoint(good));
        Assert.Equal(SendResult.Accepted, await flow.SendAsync(Order, default));
    }

    [Theory]
    [InlineData(500, "canary")]
    [InlineData(200, "<html>canary</html>")]
    [InlineData(200, """{"jsonrpc":"2.0","id":77,"result":"0x00"}""")]
    [InlineData(302, "canary")]
    public async Task An_answer_that_is_none_is_an_unknown_outcome_without_secrets(int status, string body)
    {
        foreach (var isBundle in (bool[])[true, false])
        {
            await using var relay = (await ScriptedNode.StartAsync()).Next(status, body);
            await using var flow = Create(isBundle, Endpoint(relay, path: "canary-path"));
            var result = await flow.SendAsync(Order, default);
            Assert.Equal(SendError.Ambiguous, result.Error);
            Assert.DoesNotContain("canary", result.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refusal_of_a_relay_is_classified_as_a_nodes_is()
    {
        await using var relay = (await ScriptedNode.StartAsync()).On("eth_sendBundle", _ => new ScriptedError(-32000, "nonce too low"));
        await using var flow = Create(isBundle: true, Endpoint(relay));
        Assert.Equal(SendError.NonceTooLow, (await flow.SendAsync(Order, default)).Error);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_relay_that_is_silent_is_given_up(bool isBundle)
    {
        await using var relay = (await ScriptedNode.StartAsync()).Next(async (context, _) => await Task.Delay(TimeSpan.FromMinutes(5), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var flow = Create(isBundle, Endpoint(relay, timeout: TimeSpan.FromMilliseconds(300)));
        Assert.Equal(SendError.Ambiguous, (await flow.SendAsync(Order, default)).Error);
    }

    private static IPrivateFlow Create(bool isBundle, params RpcEndpoint[] endpoints) => isBundle
        ? new BundleRelays(endpoints, 3, null, TimeProvider.System)
        : new PrivateEndpoints(endpoints, 3, NativeChainLibrary.Instance.Driver, TimeProvider.System);

    private static RpcEndpoint Endpoint(ScriptedNode node, string name = "relay", string path = "", TimeSpan? timeout = null) => new()
    {
        Name = name, HttpUrl = new Uri(node.HttpUrl, path), RequestTimeout = timeout ?? TimeSpan.FromMinutes(1),
    };
}
