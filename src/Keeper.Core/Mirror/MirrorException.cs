namespace Keeper.Core.Mirror;

/// <summary>
/// A well-formed log that does not fit the mirrored state, such as one of an account nobody opened: logs before it are
/// missing. Nothing was changed by it; the mirror must be built again from the chain before it is believed.
/// </summary>
public sealed class MirrorException(string message) : Exception(message);
