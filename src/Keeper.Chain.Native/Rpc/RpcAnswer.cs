using Keeper.Core.Chain.Nodes;

namespace Keeper.Chain.Native.Rpc;

/// <summary>One answer: the bytes of <c>result</c> as the node wrote them, or its error.</summary>
internal readonly record struct RpcAnswer(ReadOnlyMemory<byte> Result, RpcFailure? Error);
