using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Protocols.Oracles;

namespace Keeper.Protocols.Declared;

/// <summary>The mirrored state: tables of the undo log.</summary>
internal sealed class DeclaredState
{
    private readonly Table<int, BlockRow> _block;

    public DeclaredState(UndoLog undo)
    {
        Accounts = new(undo);
        Oracles = new(undo);
        _block = new(undo);
        _block.Put(0, default);
    }

    /// <summary>By the word that names each: a number, or an address.</summary>
    public Table<UInt256, AccountRow> Accounts { get; }

    public OracleBook Oracles { get; }
    public ref readonly BlockRow Block => ref _block[0];

    public void SetBlock(in BlockRow row) => _block.Set(0, row);

    /// <summary>A log tells of the account, the first one perhaps.</summary>
    public void Touch(UInt256 account)
    {
        if (!Accounts.TryFind(account, out var row)) Accounts.Put(account, AccountRow.New);
        else if (!Accounts[row].IsTouched) Accounts.Set(row, Accounts[row] with { IsTouched = true });
    }

    /// <summary>An account answered in the block that the state is of.</summary>
    /// <param name="request">The number of the request in that block.</param>
    public void Put(int account, Reading reading, int request)
    {
        var wasActionable = Accounts[account].Reading is { IsActionable: true };
        Accounts.Set(account, new(Block.Hash, Block.Number, reading, 0, false));
        if (reading.IsActionable && !wasActionable && Block.LastFound < request) SetBlock(Block with { LastFound = request });
    }

    public void PutSilent(int account) => Accounts.Set(account, Accounts[account].Silent(Block));
}
