namespace Keeper.Chain.Native.Rpc;

/// <summary>An answer that is not what the specification says; becomes a <see cref="Core.Chain.ChainException"/> that names the endpoint.</summary>
internal sealed class MalformedAnswerException(string message) : Exception(message);
