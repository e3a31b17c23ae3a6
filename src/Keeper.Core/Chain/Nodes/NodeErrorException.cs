namespace Keeper.Core.Chain.Nodes;

/// <summary>A node answered with an error where a result is needed.</summary>
public sealed class NodeErrorException(string method, RpcFailure failure) : Exception($"{method} was refused: {failure.Message} ({failure.Code})")
{
    public string Method => method;
    public RpcFailure Failure => failure;
}
