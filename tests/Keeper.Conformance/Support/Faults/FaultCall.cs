using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Rlp;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Conformance.Support.Faults;

/// <summary>One call that came to a <see cref="FaultProxy"/>.</summary>
/// <param name="number">How many of this method have come, this one counted.</param>
/// <param name="ended">The caller waits no longer.</param>
internal sealed class FaultCall(JsonElement json, int number, Func<JsonElement, Task<string>> forward, CancellationToken ended)
{
    public JsonElement Json { get; } = json;
    public string Method { get; } = JsonRpcText.Method(json);
    public int Number { get; } = number;

    /// <summary>What the node said, where it was asked.</summary>
    public string? NodeSaid { get; private set; }

    /// <summary>The call reached the node.</summary>
    public bool WasForwarded => NodeSaid is not null;

    public JsonElement Parameter(int index) => Json.GetProperty("params")[index];

    /// <summary>Of an <c>eth_sendRawTransaction</c>.</summary>
    public ReadOnlyMemory<byte> Raw => Hex.Decode(Parameter(0).GetString()!);

    /// <summary>Of an <c>eth_sendRawTransaction</c>.</summary>
    public Hash32 Hash => Keccak.Hash(Raw.Span);

    /// <summary>Of an <c>eth_sendRawTransaction</c>.</summary>
    public SignedTransaction Transaction => RawTransaction.Decode(Raw);

    /// <summary>Cancelled when the caller waits no longer.</summary>
    public CancellationToken Ended { get; } = ended;

    /// <summary>The node's own answer.</summary>
    public async Task<FaultAnswer> ForwardAsync() => new FaultAnswer.Json(NodeSaid = await forward(Json));

    /// <summary>The node's own result, for a rule that alters it.</summary>
    public async Task<JsonElement> ResultAsync()
    {
        NodeSaid = await forward(Json);
        using var answer = JsonDocument.Parse(NodeSaid);
        return answer.RootElement.TryGetProperty("result", out var result) ? result.Clone() : default;
    }

    public FaultAnswer Answer(object? result) => new FaultAnswer.Json(JsonRpcText.Result(Json, result));

    public FaultAnswer Refuse(int code, string message, string? data = null) => new FaultAnswer.Json(JsonRpcText.Error(Json, new ScriptedError(code, message, data)));
}
