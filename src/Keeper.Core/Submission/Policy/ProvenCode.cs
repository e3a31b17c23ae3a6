using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>The last reading of the pinned code.</summary>
/// <param name="BlockNumber">The block that it was read at.</param>
/// <param name="Addresses">Those whose code was as it must be.</param>
public sealed record ProvenCode(ulong BlockNumber, IReadOnlySet<Address> Addresses)
{
    public static ProvenCode None { get; } = new(0, new HashSet<Address>());
}
