namespace Keeper.Core.Chain.Nodes.Health;

/// <summary>What an endpoint is to be asked beside its newest header.</summary>
/// <param name="ChainId">Its chain, too.</param>
/// <param name="Heights">Headers at these heights, too.</param>
internal sealed record EndpointQuestion(bool ChainId, IReadOnlyList<ulong> Heights);
