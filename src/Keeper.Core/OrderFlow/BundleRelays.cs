using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;

namespace Keeper.Core.OrderFlow;

/// <summary>
/// Relays that take <c>eth_sendBundle</c> (docs.flashbots.net, JSON-RPC endpoints): a bundle of this one transaction, for the one block that is being built, under an
/// id that is the slot's, so that a higher bid or a cancel replaces what was bundled before.
/// </summary>
public sealed class BundleRelays : IPrivateFlow
{
    private const string Method = "eth_sendBundle";
    private const string SignatureHeader = "X-Flashbots-Signature";

    private readonly IReadOnlyList<EndpointClient<JsonCall, JsonAnswer>> _relays;
    private readonly FanOut _fanOut = new();

    /// <param name="endpoints">With HTTP URLs.</param>
    /// <param name="sign">Gives the value of <c>X-Flashbots-Signature</c> for a request's body; null sends none, for relays that ask for none.</param>
    public BundleRelays(IReadOnlyList<RpcEndpoint> endpoints, int blocks, Func<ReadOnlyMemory<byte>, string>? sign, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        Blocks = blocks;
        var options = new HttpTransportOptions { Seal = sign is null ? null : body => (SignatureHeader, sign(body)) };
        _relays = [.. endpoints.Select(endpoint => new EndpointClient<JsonCall, JsonAnswer>(endpoint.Validate() with { MaxBatch = 1 }, new HttpTransport(endpoint, options), JsonCallCodec.Instance, time))];
    }

    public int Blocks { get; }

    public Task<SendResult> SendAsync(PrivateOrder order, CancellationToken cancellation)
    {
        var call = new JsonCall(Method, json => WriteBundle(json, order));
        return _fanOut.SendAsync([.. _relays.Select(relay => new Recipient(relay.Name, token => SendAsync(relay, call, token)))], cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _fanOut.DisposeAsync().ConfigureAwait(false);
        foreach (var relay in _relays) await relay.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whatever the result is, it is an acceptance: builders differ in what they give back, and none of it is believed.</summary>
    private static async Task<SendResult> SendAsync(EndpointClient<JsonCall, JsonAnswer> relay, JsonCall call, CancellationToken cancellation)
    {
        var answer = (await relay.SendAsync([call], cancellation).ConfigureAwait(false))[0];
        return answer.Failure?.ToSendResult() ?? SendResult.Accepted;
    }

    private static void WriteBundle(Utf8JsonWriter json, PrivateOrder order)
    {
        json.WriteStartArray();
        json.WriteStartObject();
        json.WriteStartArray("txs"u8);
        json.WriteStringValue(Hex.Encode(order.Raw.Span));
        json.WriteEndArray();
        json.WriteString("blockNumber"u8, ((UInt256)order.NextBlock).ToString("x", null));
        json.WriteString("replacementUuid"u8, UuidOf(order.Slot));
        json.WriteEndObject();
        json.WriteEndArray();
    }

    /// <summary>Of version 4 as relays ask for, from the slot's hash and not from chance: after a restart the same slot has the same.</summary>
    private static string UuidOf(Hash32 slot)
    {
        var bytes = slot.ToArray()[..16];
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
