using Keeper.Core.Primitives;

namespace Keeper.Host.Contracts;

/// <param name="Difference">How the code differs; null where it is the same.</param>
/// <param name="Immutables">The values of the immutables in the order of the artefact; empty where the code differs.</param>
internal sealed record CodeMatch(string? Difference, IReadOnlyList<UInt256> Immutables)
{
    public bool IsSame => Difference is null;
}
