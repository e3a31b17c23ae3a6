namespace Keeper.Core.Chain.Completeness;

/// <summary>A filter as bits, hashed once: whether a block with this bloom can hold a log that the filter wants.</summary>
internal sealed class FilterBloom(LogFilter filter, Keccak256 keccak)
{
    private readonly BloomBits[] _addresses = [.. filter.Addresses.Select(address => BloomBits.Of(address.ToArray(), keccak))];
    private readonly BloomBits[] _topics = [.. filter.Topics.Select(topic => BloomBits.Of(topic.ToArray(), keccak))];

    public bool MayHold(Bloom bloom) => Array.Exists(_addresses, bloom.MayHold) && Array.Exists(_topics, bloom.MayHold);
}
