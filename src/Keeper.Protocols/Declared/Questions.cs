using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Abi;
using Keeper.Protocols.Declared.Terms;

namespace Keeper.Protocols.Declared;

/// <summary>
/// What is asked of a block: the views of the accounts that the schedule names, a request at a time, and another as long as one finds accounts that have fallen, or a price has moved and
/// nobody can tell who is near. An account whose answers are
/// not all what its views return is left out, for longer with each time, and named; the others go on.
/// </summary>
internal sealed class Questions(DeclaredState state, DeclaredTerms terms)
{
    /// <summary>Requests in one block.</summary>
    private const int MaxRequests = 8;

    public IReadOnlyList<StateRead> Next()
    {
        var block = state.Block;
        if (block.Requests >= MaxRequests || (!block.FindsMore && !(block.IsPriced && terms.IsBlind) && !HasUnasked())) return [];
        var reads = new List<StateRead>();
        if (block.Requests == 0) state.Oracles.AddPolls(reads);
        foreach (var account in Schedule.Choose(state.Accounts, block, terms.AccountsPerBlock)) Add(reads, account, block);
        // Whatever becomes of the answers, this request is one that was answered.
        if (reads.Count > 0) reads[0] = Counted(reads[0], block);
        return reads;
    }

    /// <summary>After a start, and where many accounts are opened at once.</summary>
    private bool HasUnasked()
    {
        for (var account = state.Accounts.Count - 1; account >= 0; account--)
            if (state.Accounts[account] is { Reading: null, IsSilent: false }) return true;
        return false;
    }

    private void Add(List<StateRead> reads, int account, in BlockRow block)
    {
        var key = state.Accounts.KeyAt(account);
        if (!terms.CanAsk(key))
        {
            state.Put(account, block, state.Accounts[account].Touches, reading: null);
            return;
        }
        Gas? gas = state.Accounts[account].IsSilent ? terms.ViewGasLimit : null;
        var question = new Question(state, terms, key, block, state.Accounts[account].Touches);
        for (var i = 0; i < terms.Views.Count; i++)
        {
            var view = i;
            reads.Add(new($"{terms.Views[i].Name} of {Names.KeyOf(key, terms.AreAddresses)}", terms.Views[i].Ask(key, gas), answer => question.Take(view, answer), question.Miss) { Refused = question.Miss });
        }
    }

    private StateRead Counted(StateRead read, BlockRow block)
    {
        return new(read.What, read.Call, answer => { Count(); read.Apply(answer); }, () => { Count(); read.Reverted?.Invoke(); }) { Refused = () => { Count(); read.Refused?.Invoke(); } };

        void Count()
        {
            if (state.Block.Hash == block.Hash) state.SetBlock(state.Block with { Requests = block.Requests + 1 });
        }
    }

    /// <summary>The views of one account: what they say counts together or not at all, as of the block that was asked.</summary>
    private sealed class Question(DeclaredState state, DeclaredTerms terms, UInt256 account, BlockRow block, uint touches)
    {
        private readonly IReadOnlyList<AbiValue>?[] _answers = new IReadOnlyList<AbiValue>?[terms.Views.Count];
        private int _left = terms.Views.Count;

        /// <exception cref="AbiException">It is not what the view returns: the account is left out.</exception>
        public void Take(int view, ReadOnlyMemory<byte> answer)
        {
            try
            {
                _answers[view] = terms.Views[view].Read(answer.Span);
            }
            finally
            {
                Miss();
            }
        }

        /// <summary>Of one view nothing more will come.</summary>
        public void Miss()
        {
            if (--_left > 0 || !state.Accounts.TryFind(account, out var row)) return;
            state.Put(row, block, touches, Array.TrueForAll(_answers, answer => answer is not null) ? Reading.Of(terms, _answers!) : null);
        }
    }
}
