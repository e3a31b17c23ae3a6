using Keeper.Core.Chain.Nodes;

namespace Keeper.Chain.Native.Rpc;

/// <summary>A node answered a raw request with an error.</summary>
/// <param name="message">The node's words, cleaned and cut.</param>
/// <param name="revertData">What a contract reverted with; empty where the error carries none.</param>
public sealed class JsonRpcException(string method, int code, string message, ReadOnlyMemory<byte> revertData) : Exception($"{method}: {message} ({code})")
{
    public int Code => code;
    public ReadOnlyMemory<byte> RevertData => revertData;
}
