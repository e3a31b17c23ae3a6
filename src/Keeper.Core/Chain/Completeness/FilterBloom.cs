namespace Keeper.Core.Chain.Completeness;

/// <summary>A filter as bits, hashed once: whether a block with this bloom can hold a log that the filter wants.</summary>
internal sealed class FilterBloom(LogFilter filter, Keccak256 keccak)
{
    private readonly (BloomBits[] Addresses, BloomBits[] Topics, BloomBits[]? Subjects)[] _queries = [.. filter.Queries.Select(query => (
        query.Addresses.Select(address => BloomBits.Of(address.ToArray(), keccak)).ToArray(),
        query.Topics.Select(topic => BloomBits.Of(topic.ToArray(), keccak)).ToArray(),
        query.Subjects?.Select(subject => BloomBits.Of(subject.ToArray(), keccak)).ToArray()))];

    public bool MayHold(Bloom bloom) => Array.Exists(_queries, query =>
        Array.Exists(query.Addresses, bloom.MayHold) && Array.Exists(query.Topics, bloom.MayHold) && (query.Subjects is null || Array.Exists(query.Subjects, bloom.MayHold)));
}
