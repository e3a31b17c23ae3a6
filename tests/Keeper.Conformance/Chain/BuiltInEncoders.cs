using Keeper.Conformance.Chain.Recorded;

namespace Keeper.Conformance.Chain;

/// <summary>What encodes calls of the executor in this build: for the arguments of <see cref="ExecutorCalls"/>, bytes by name.</summary>
internal static class BuiltInEncoders
{
    public static IReadOnlyList<(string Name, Func<IReadOnlyDictionary<string, byte[]>> Encode)> All { get; } =
    [
        ("built in", ExecutorCalls.BuiltIn),
    ];
}
