using System.Text.Json;

namespace Keeper.Core.Chain.Nodes;

/// <summary>The answer to a <see cref="JsonCall"/>: one of the two.</summary>
public readonly record struct JsonAnswer(JsonElement Result, RpcFailure? Failure);
