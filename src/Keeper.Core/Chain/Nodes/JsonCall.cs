using System.Text.Json;

namespace Keeper.Core.Chain.Nodes;

/// <summary>A JSON-RPC call that no client library knows: of a service that holds a key, or of a relay.</summary>
/// <param name="WriteParameters">Writes the array <c>params</c>.</param>
public sealed record JsonCall(string Method, Action<Utf8JsonWriter> WriteParameters);
