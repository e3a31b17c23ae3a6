namespace Keeper.Core.Chain;

/// <summary>A key could not be used. The message names no secret.</summary>
public sealed class SigningException(string message, Exception? inner = null) : Exception(message, inner);
