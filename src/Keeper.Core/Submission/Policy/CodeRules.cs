namespace Keeper.Core.Submission.Policy;

/// <summary>Whether a contract is still the one that is trusted, pure.</summary>
public static class CodeRules
{
    /// <param name="first">What was trusted so far: found at start, or when an operator last closed the breaker; null the first time.</param>
    /// <returns>What is wrong, for people; null where nothing is.</returns>
    public static string? Judge(CodePin pin, CodeFound? first, CodeFound now)
    {
        if (now.CodeHash is null) return $"{pin.Name} {pin.Address} has no code";
        if (now.Implementation is { } empty && now.ImplementationCodeHash is null) return $"{pin.Name} {pin.Address} leads to {empty}, which has no code";
        if (pin.CodeHash is { } pinned && pinned != now.CodeHash) return $"{pin.Name} {pin.Address} has code hash {now.CodeHash}, pinned is {pinned}";
        if (pin.ImplementationCodeHash is { } implementation && implementation != now.ImplementationCodeHash)
        {
            return now.Implementation is { } at
                ? $"{pin.Name} {pin.Address} leads to {at} with code hash {now.ImplementationCodeHash}, pinned is {implementation}"
                : $"{pin.Name} {pin.Address} is no proxy any more, an implementation is pinned";
        }
        if (first is null || first == now) return null;
        // The hash is what was vouched for: the same code elsewhere is the same contract.
        var sameImplementation = pin.ImplementationCodeHash is not null || (first.Implementation, first.ImplementationCodeHash) == (now.Implementation, now.ImplementationCodeHash);
        if (!sameImplementation) return $"{pin.Name} {pin.Address} leads to {Where(now)}, before it led to {Where(first)}";
        return first.CodeHash == now.CodeHash ? null : $"{pin.Name} {pin.Address} has code hash {now.CodeHash}, before it had {first.CodeHash}";
    }

    private static string Where(CodeFound found) => found.Implementation is { } at ? $"{at} with code hash {found.ImplementationCodeHash}" : "no other contract";
}
