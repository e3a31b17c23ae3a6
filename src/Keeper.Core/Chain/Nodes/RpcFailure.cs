namespace Keeper.Core.Chain.Nodes;

/// <summary>The error of a JSON-RPC answer.</summary>
/// <param name="Message">The node's words, cleaned and cut.</param>
/// <param name="RevertData">The bytes that a contract reverted with, or null where the error carries none.</param>
public sealed record RpcFailure(int Code, string Message, ReadOnlyMemory<byte>? RevertData)
{
    public bool IsRevert => RpcWording.IsRevert(this);

    /// <summary>The class of a refused transaction.</summary>
    public SendResult ToSendResult() => new(SendErrors.Classify(Code, Message, RevertData is not null), Message);

    /// <summary>Of a call: reverted by the contract, or refused by the node.</summary>
    public CallResult ToCallResult() => IsRevert ? new CallResult.Reverted(RevertData ?? default) : new CallResult.Refused(Message);
}
