using Keeper.Core.Mirror;

namespace Keeper.Protocols.Oracles;

/// <summary>
/// Numbers that stand for what the oracle tables hold. They are given with every write and never twice, and go back with the undo log:
/// equal numbers mean equal content, so that what was reckoned from it may be kept.
/// </summary>
internal sealed class OracleRevisions
{
    private readonly Table<int, RevisionRow> _row;
    private long _last;

    public OracleRevisions(UndoLog undo)
    {
        _row = new(undo);
        _row.Put(0, default);
    }

    /// <summary>Of every row.</summary>
    public long Content => _row[0].Content;

    /// <summary>Of what the log filters depend on: which sources are in use, and who speaks for them.</summary>
    public long Shape => _row[0].Shape;

    /// <summary>Something is about to be written.</summary>
    /// <returns>The revision of the row that is written.</returns>
    public long Next(bool changesShape)
    {
        _last++;
        _row.Set(0, new(_last, changesShape ? _last : Shape));
        return _last;
    }
}
