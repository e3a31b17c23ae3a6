using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>The block, or hint's block, whose state this is, and how far the questions in it have come.</summary>
/// <param name="Requests">That were answered in it.</param>
/// <param name="LastFound">The last of them that found an account that something can be done about, and that was not known to be one.</param>
/// <param name="IsPriced">A feed told of something in it.</param>
internal readonly record struct BlockRow(Hash32 Hash, ulong Number, int Requests, int LastFound, bool IsPriced = false)
{
    /// <summary>An account that fell says that those a little farther from the edge may have fallen, too.</summary>
    public bool FindsMore => Requests == 0 || LastFound == Requests;
}
