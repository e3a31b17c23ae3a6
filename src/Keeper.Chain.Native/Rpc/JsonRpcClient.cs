using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;

namespace Keeper.Chain.Native.Rpc;

/// <summary>
/// Raw requests to one node over HTTP, for methods that the port has no words for: those of a development node, and deployments.
/// Nothing is repeated. Safe for concurrent use.
/// </summary>
public sealed class JsonRpcClient(RpcEndpoint endpoint, TimeProvider time) : IAsyncDisposable
{
    private readonly EndpointClient<RpcCall, RpcAnswer> _client = new(
        endpoint.Validate(),
        new HttpTransport(endpoint.HttpUrl is null ? throw new ArgumentException($"The endpoint '{endpoint.Name}' has no HTTP URL.") : endpoint),
        RpcCodec.Instance,
        time);

    /// <param name="args">
    /// Parameters in order: strings, booleans and numbers as JSON has them; addresses, hashes, byte memory, <see cref="Core.Primitives.UInt256"/>, Wei and Gas as the
    /// hex of the Ethereum specification; anything else by its public properties.
    /// </param>
    /// <exception cref="JsonRpcException">The node answered with an error.</exception>
    /// <exception cref="ChainException">There was no answer.</exception>
    public Task<JsonElement> RequestAsync(string method, params object?[] args) => RequestAsync(method, args, CancellationToken.None);

    /// <inheritdoc cref="RequestAsync(string, object?[])"/>
    public async Task<JsonElement> RequestAsync(string method, object?[] args, CancellationToken cancellation) =>
        (await BatchAsync([(method, args)], cancellation).ConfigureAwait(false))[0];

    /// <summary>All calls in one round trip; the first error of any is thrown.</summary>
    /// <inheritdoc cref="RequestAsync(string, object?[])" path="/exception"/>
    public async Task<IReadOnlyList<JsonElement>> BatchAsync(IReadOnlyList<(string Method, object?[] Args)> calls, CancellationToken cancellation)
    {
        var answers = await _client.SendAsync([.. calls.Select(call => new RpcCall(call.Method, json => Write(json, call.Args)))], cancellation).ConfigureAwait(false);
        return [.. answers.Select((answer, i) => Read(calls[i].Method, answer))];
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    private static void Write(Utf8JsonWriter json, object?[] args)
    {
        foreach (var arg in args) JsonSerializer.Serialize(json, arg, RawJson.Options);
    }

    private static JsonElement Read(string method, RpcAnswer answer)
    {
        if (answer.Error is { } error) throw new JsonRpcException(method, error.Code, error.Message, error.RevertData ?? default);
        using var document = JsonDocument.Parse(answer.Result);
        return document.RootElement.Clone();
    }
}
