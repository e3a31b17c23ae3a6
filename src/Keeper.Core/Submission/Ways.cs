namespace Keeper.Core.Submission;

/// <summary>
/// Of an adapter's ways to deal with an account, how many the simulation refused because they could not be paid for: the next plan takes the one after them.
/// Safe for concurrent use; bounded.
/// </summary>
/// <remarks>
/// Forgotten when the account itself changes, and some blocks after the last refusal. A price ends nothing: it mends no market without liquidity, and
/// while prices move in every block the last ways would never have their turn.
/// </remarks>
public sealed class Ways
{
    /// <summary>Tried of one account before it is left alone for a while: each costs a simulation.</summary>
    public const int Most = 8;

    private const int MaxAccounts = 65_536;
    private const ulong Lasts = 16;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Refused, ulong Block)> _accounts = [];

    /// <summary>How many to pass over in the account's next plan.</summary>
    public int RefusedOf(string account, ulong block)
    {
        lock (_lock) return _accounts.TryGetValue(account, out var entry) && block < entry.Block + Lasts ? entry.Refused : 0;
    }

    /// <summary>One more was refused.</summary>
    /// <param name="refused">How many the plan had passed over.</param>
    /// <returns>False where these are enough: what was refused is forgotten.</returns>
    public bool Refuse(string account, int refused, ulong block)
    {
        lock (_lock)
        {
            _accounts.Remove(account);
            if (refused + 1 >= Most) return false;
            if (_accounts.Count >= MaxAccounts) _accounts.Clear();
            _accounts[account] = (refused + 1, block);
            return true;
        }
    }

    public void Forget(string account)
    {
        lock (_lock) _accounts.Remove(account);
    }
}
