using Keeper.Core.Primitives;

namespace Keeper.Core.Protocol;

/// <summary>One deployment of one protocol: the values of <c>config/protocols/&lt;name&gt;.json</c>.</summary>
/// <param name="Name">The deployment's name in metrics and journal.</param>
/// <param name="Type">The adapter.</param>
/// <param name="Address">The contract that is mirrored and liquidated on.</param>
/// <param name="DeployBlock">The block to begin at: nothing of interest happened before it.</param>
/// <param name="CodeHash">Keccak-256 of the code at <paramref name="Address"/>; null pins nothing beyond what is found at start.</param>
/// <param name="ImplementationCodeHash">The same of the contract that a proxy at <paramref name="Address"/> leads to.</param>
public sealed record ProtocolSettings(string Name, string Type, Address Address, ulong DeployBlock, Hash32? CodeHash, Hash32? ImplementationCodeHash = null)
{
    /// <summary>What this kind of adapter alone wants to know; null where it wants nothing.</summary>
    public ProtocolOptions? Options { get; init; }

    /// <summary>Where it begins instead of at <see cref="DeployBlock"/>; null where all of its history is read.</summary>
    public KnownStart? Start { get; init; }

    /// <summary>The first block whose logs are read.</summary>
    public ulong FirstBlock => Start?.Block ?? DeployBlock;
}
