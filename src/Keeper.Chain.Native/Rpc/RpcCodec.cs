using Keeper.Core.Chain.Nodes;

namespace Keeper.Chain.Native.Rpc;

/// <summary>Calls and answers straight to and from UTF-8.</summary>
internal sealed class RpcCodec : IRpcCodec<RpcCall, RpcAnswer>
{
    public static RpcCodec Instance { get; } = new();

    public string MethodOf(RpcCall call) => call.Method;

    public ReadOnlyMemory<byte> Write(IReadOnlyList<RpcCall> calls, long firstId) => RpcEnvelope.Write(calls, firstId);

    public RpcAnswer[] Read(ReadOnlyMemory<byte> body, long firstId, int count) => RpcEnvelope.Read(body, firstId, count);

    public RpcFailure? FailureOf(RpcAnswer answer) => answer.Error;
}
