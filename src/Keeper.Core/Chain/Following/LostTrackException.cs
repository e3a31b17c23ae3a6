namespace Keeper.Core.Chain.Following;

/// <summary>The chain no longer holds any block that the caller can return to: trying again cannot help.</summary>
internal sealed class LostTrackException(string message) : Exception(message);
