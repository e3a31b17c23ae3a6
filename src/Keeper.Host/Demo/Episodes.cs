namespace Keeper.Host.Demo;

/// <summary>Counts, block by block, what became of the accounts that the contract called liquidatable. Pure.</summary>
internal sealed class Episodes
{
    /// <summary>Unhealthy at N, N+1 and N+2.</summary>
    private const ulong BlocksUntilMissed = 2;

    private readonly Dictionary<ulong, ulong> _openSince = [];
    private readonly HashSet<ulong> _missedNow = [];
    private readonly List<(ulong Account, ulong Block)> _missed = [];
    private readonly List<(ulong Account, ulong Block, ulong Liquidated)> _late = [];

    public int Unhealthy { get; private set; }
    public int Liquidated { get; private set; }
    public int Recovered { get; private set; }
    public int MaxBlocksLate { get; private set; }

    /// <summary>Liquidations that came a block or more after the first possible one.</summary>
    public IReadOnlyList<(ulong Account, ulong Block, ulong Liquidated)> Late => _late;
    public IReadOnlyList<(ulong Account, ulong Block)> Missed => _missed;

    /// <summary>Accounts that are in an episode.</summary>
    public int Open => _openSince.Count;

    /// <param name="liquidatedInBlock">Accounts of which a position was liquidated in this block.</param>
    /// <param name="liquidatableAtEnd">Accounts that the contract's view calls liquidatable at the end of it.</param>
    public void Add(ulong block, IReadOnlySet<ulong> liquidatedInBlock, IReadOnlySet<ulong> liquidatableAtEnd)
    {
        foreach (var account in liquidatedInBlock)
        {
            if (!_openSince.Remove(account, out var since)) continue;
            _missedNow.Remove(account);
            Liquidated++;
            if (block - since > 1) _late.Add((account, since, block));
            MaxBlocksLate = Math.Max(MaxBlocksLate, (int)(block - since));
        }
        foreach (var account in _openSince.Keys.Where(account => !liquidatableAtEnd.Contains(account)).ToArray())
        {
            _openSince.Remove(account);
            if (!_missedNow.Remove(account)) Recovered++;
        }
        foreach (var account in liquidatableAtEnd)
        {
            if (_openSince.TryAdd(account, block)) Unhealthy++;
            else if (block - _openSince[account] >= BlocksUntilMissed && _missedNow.Add(account)) _missed.Add((account, _openSince[account]));
        }
    }
}
