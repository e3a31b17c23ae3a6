namespace Keeper.Core.Chain;

/// <summary>Tags of the JSON-RPC specification.</summary>
public enum BlockTag { Latest, Pending, Safe, Finalized, Earliest }
