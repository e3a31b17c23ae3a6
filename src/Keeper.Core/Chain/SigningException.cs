namespace Keeper.Core.Chain;

/// <summary>A key could not be used. The message names no secret, and repeats no words of a service that holds the key.</summary>
public sealed class SigningException(string message, SigningFault fault = SigningFault.Unusable) : Exception(message)
{
    public SigningFault Fault { get; } = fault;
}
