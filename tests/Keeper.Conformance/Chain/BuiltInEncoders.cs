using Keeper.Conformance.Chain.Recorded;
using Keeper.Host.Running;

namespace Keeper.Conformance.Chain;

/// <summary>What encodes calls of the executor in this build: for the arguments of <see cref="ExecutorCalls"/>, bytes by name.</summary>
internal static class BuiltInEncoders
{
    public static IReadOnlyList<(string Name, Func<IReadOnlyDictionary<string, byte[]>> Encode)> All { get; } =
        [.. ChainLibraries.BuiltIn.Select(library => (library.Name, (Func<IReadOnlyDictionary<string, byte[]>>)(() => ExecutorCalls.Of(library))))];
}
