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
        else Accounts.Set(row, Accounts[row] with { Touches = Accounts[row].Touches + 1 });
    }

    /// <summary>An account has answered, or has not.</summary>
    /// <param name="asked">The block that it was asked about: that of the state, or an ancestor of it.</param>
    /// <param name="touches">Of the account when it was asked about.</param>
    /// <param name="reading">Null where it did not answer.</param>
    public void Put(int account, BlockRow asked, uint touches, Reading? reading)
    {
        var row = Accounts[account] with { AskedIn = asked.Hash, AskedAt = asked.Number, HeardIn = Block.Hash, Seen = touches };
        var isFound = reading is { IsActionable: true } && row.Reading is not { IsActionable: true };
        Accounts.Set(account, reading is null ? row.Silent() : row with { Reading = reading, Silences = 0 });
        if (isFound && asked.Hash == Block.Hash && Block.LastFound <= asked.Requests) SetBlock(Block with { LastFound = asked.Requests + 1 });
    }
}
