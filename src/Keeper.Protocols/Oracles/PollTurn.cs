namespace Keeper.Protocols.Oracles;

/// <summary>Where polls decide: whether there is something to ask. Once for each block and each of its hints, and once more where an answer has changed a price.</summary>
internal sealed class PollTurn(OracleBook oracles)
{
    private long _askedAt = -1;

    /// <summary>Another block: what was asked of the last one says nothing of it, also where a reorg brings back the same prices.</summary>
    public void Begin() => _askedAt = -1;

    /// <summary>Whether nobody has asked yet with the prices as they are; from here on somebody has.</summary>
    public bool Take()
    {
        var isFirst = _askedAt != oracles.Revision;
        _askedAt = oracles.Revision;
        return isFirst;
    }
}
