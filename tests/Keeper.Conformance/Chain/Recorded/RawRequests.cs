using System.Net.Http.Json;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>Requests as no client makes them, so that the recording holds more than the recording client asked for.</summary>
internal sealed class RawRequests(Uri url) : IAsyncDisposable
{
    private readonly HttpClient _client = new();

    /// <param name="parameters">Text, booleans, hashes, addresses, and lists and dictionaries of them.</param>
    public async Task AskAsync(string method, object?[] parameters)
    {
        using var response = await _client.PostAsJsonAsync(url, new { jsonrpc = "2.0", id = "raw", method, @params = parameters.Select(Plain) });
        response.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private static object? Plain(object? value) => value switch
    {
        Hash32 or Address => value.ToString(),
        IReadOnlyDictionary<string, object?> members => members.ToDictionary(member => member.Key, member => Plain(member.Value)),
        string or bool => value,
        System.Collections.IEnumerable items => items.Cast<object?>().Select(Plain).ToArray(),
        _ => value,
    };
}
