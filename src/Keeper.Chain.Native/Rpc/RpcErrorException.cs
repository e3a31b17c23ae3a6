namespace Keeper.Chain.Native.Rpc;

/// <summary>A JSON-RPC error where the decoder needs a result.</summary>
internal sealed class RpcErrorException(RpcError error) : Exception(error.Message)
{
    public RpcError Error { get; } = error;
}
