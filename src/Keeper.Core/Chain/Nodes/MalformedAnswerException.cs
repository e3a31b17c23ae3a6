namespace Keeper.Core.Chain.Nodes;

/// <summary>An answer that is not what the specification says; becomes a <see cref="ChainException"/> that names the endpoint.</summary>
public sealed class MalformedAnswerException(string message) : Exception(message);
