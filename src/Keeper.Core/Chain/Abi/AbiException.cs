namespace Keeper.Core.Chain.Abi;

/// <summary>Data that is not what the ABI says. The log or answer that held it is quarantined, never guessed at.</summary>
public sealed class AbiException(string message) : Exception(message);
