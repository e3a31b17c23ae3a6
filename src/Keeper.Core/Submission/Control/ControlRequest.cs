using Keeper.Core.Submission.Breakers;

namespace Keeper.Core.Submission.Control;

/// <summary>What an operator may ask of a sender at work.</summary>
public abstract record ControlRequest
{
    private ControlRequest() { }

    /// <summary>Changes nothing.</summary>
    public sealed record Status : ControlRequest;

    /// <summary>The kill switch: nothing new, also after a restart; what is in flight is brought to its end.</summary>
    public sealed record Halt(string? Reason) : ControlRequest;

    /// <param name="Breaker">Null ends a drain and the kill switch; others must be named, since somebody must have looked at them.</param>
    public sealed record Resume(Breaker? Breaker) : ControlRequest;

    /// <summary>Nothing new until the process ends: before an upgrade or a change of the key.</summary>
    public sealed record Drain : ControlRequest;

    /// <param name="NextNonce">What the operator believes the next nonce to be; null takes what the chain says.</param>
    public sealed record AdoptNonce(ulong? NextNonce) : ControlRequest;
}
