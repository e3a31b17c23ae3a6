using Keeper.Core.Protocol;

namespace Keeper.Core.Audit;

/// <summary>Whom to look at in a block: some that are urgent, the others in turn, so that every account is looked at in time. Not safe for concurrent use.</summary>
/// <param name="size">Accounts in a block.</param>
internal sealed class AuditSample(int size)
{
    private int _protocol;
    private int _account;

    /// <param name="protocols">Those whose state is believed.</param>
    /// <param name="urgent">In the order of urgency; half of the sample, rounded up, is theirs.</param>
    /// <param name="isLeftOut">Who is not to be asked about now.</param>
    public IReadOnlyList<(IProtocol Protocol, int Account)> Next(
        IReadOnlyList<IProtocol> protocols, IEnumerable<(IProtocol Protocol, int Account)> urgent, Func<IProtocol, int, bool> isLeftOut)
    {
        var sample = new List<(IProtocol, int)>(size);
        foreach (var account in urgent)
        {
            if (sample.Count >= (size + 1) / 2) break;
            Add(account);
        }
        // One round at most: there may be fewer accounts than the sample holds.
        for (var left = protocols.Sum(protocol => protocol.AccountCount); left > 0 && sample.Count < size; left--) Add(InTurn(protocols));
        return sample;

        void Add((IProtocol Protocol, int Account) account)
        {
            if (!sample.Contains(account) && !isLeftOut(account.Protocol, account.Account)) sample.Add(account);
        }
    }

    /// <summary>There is at least one account.</summary>
    private (IProtocol, int) InTurn(IReadOnlyList<IProtocol> protocols)
    {
        while (_protocol >= protocols.Count || _account >= protocols[_protocol].AccountCount) (_protocol, _account) = (_protocol + 1 < protocols.Count ? _protocol + 1 : 0, 0);
        return (protocols[_protocol], _account++);
    }
}
