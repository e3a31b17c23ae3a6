namespace Keeper.Chain.Native.Rlp;

/// <summary>Bytes that are not canonical RLP, or not the transaction they are said to be.</summary>
public sealed class RlpException(string message) : Exception(message);
