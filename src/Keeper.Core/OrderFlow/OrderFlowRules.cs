namespace Keeper.Core.OrderFlow;

/// <summary>Who may see signed bytes, pure.</summary>
public static class OrderFlowRules
{
    /// <summary>The last block for which a first attempt is private: the next <paramref name="blocks"/> after the newest one.</summary>
    /// <param name="blocks">Null where nothing is private.</param>
    public static ulong? Window(ulong newestBlock, int? blocks) => blocks is { } count ? newestBlock + (ulong)count : null;

    /// <summary>
    /// The window of a replacement is that of its slot, never a new one: a nonce that everybody waits for must not stay private for ever. Once it is over,
    /// replacements are public.
    /// </summary>
    /// <param name="earlier">The windows of the slot's attempts.</param>
    public static ulong? WindowOfReplacement(IEnumerable<ulong?> earlier, ulong newestBlock) =>
        earlier.Max() is { } last && IsOpen(last, newestBlock) ? last : null;

    /// <summary>Where these bytes may go while the block after the newest one is built.</summary>
    /// <param name="privateUntil">As it was journalled with the bytes, so that it holds after a crash, too.</param>
    public static Route RouteOf(ulong? privateUntil, ulong newestBlock, bool hasPrivateFlow) =>
        privateUntil is not { } last || !IsOpen(last, newestBlock) ? Route.Public : hasPrivateFlow ? Route.Private : Route.Held;

    /// <summary>Public from the head on that is the window's last block: what is sent then can be in the block after it at the earliest.</summary>
    private static bool IsOpen(ulong last, ulong newestBlock) => newestBlock < last;
}
