using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Mirror;

namespace Keeper.Tests.Mirror;

public sealed class TableTests
{
    private readonly UndoLog _undo = new();
    private readonly Table<string, long> _table;

    public TableTests() => _table = new(_undo);

    [Fact]
    public void A_row_keeps_its_index_when_it_is_written_again()
    {
        Assert.Equal(0, _table.Put("a", 1));
        Assert.Equal(1, _table.Put("b", 2));
        Assert.Equal(0, _table.Put("a", 3));
        Assert.Equal(2, _table.Count);
        Assert.Equal("b", _table.KeyAt(1));
        Assert.Equal(3, _table[0]);
    }

    [Fact]
    public void A_rollback_restores_what_was_overwritten_and_takes_new_rows_away()
    {
        _table.Put("a", 1);
        _undo.Push();
        _table.Put("a", 2);
        _table.Set(0, 3);
        _table.Put("b", 4);
        _undo.Rollback();
        Assert.Equal(1, _table[0]);
        Assert.Equal(1, _table.Count);
        Assert.False(_table.TryFind("b", out _));
        Assert.False(_table.TryGet("b", out _));
    }

    [Fact]
    public void A_row_that_was_taken_away_gets_the_same_index_when_it_comes_back()
    {
        _undo.Push();
        _table.Put("a", 1);
        _undo.Rollback();
        Assert.Equal(0, _table.Put("b", 1));
        Assert.Equal(1, _table.Put("a", 1));
    }

    [Fact]
    public void A_row_that_came_and_changed_in_one_frame_goes_with_it()
    {
        _undo.Push();
        _table.Put("a", 1);
        _table.Put("a", 2);
        _undo.Rollback();
        Assert.Equal(0, _table.Count);
    }

    [Fact]
    public void Before_the_first_frame_nothing_is_recorded()
    {
        for (var i = 0; i < 1000; i++) _table.Put("a", i);
        Assert.Equal(0, ((IUndoable)_table).Position);
        _undo.Push();
        _table.Put("a", -1);
        Assert.Equal(1, ((IUndoable)_table).Position);
    }

    [Fact]
    public void Without_a_frame_there_is_nothing_to_roll_back() => Assert.Throws<InvalidOperationException>(_undo.Rollback);

    [Fact]
    public void A_forgotten_frame_cannot_be_rolled_back_and_a_kept_one_can()
    {
        foreach (var value in (long[])[1, 2, 3])
        {
            _undo.Push();
            _table.Put("a", value);
        }
        _undo.Forget(keep: 1);
        Assert.Equal(1, _undo.Depth);
        _undo.Rollback();
        Assert.Equal(2, _table[0]);
        Assert.Throws<InvalidOperationException>(_undo.Rollback);
    }

    [Fact]
    public void Forgetting_all_frames_keeps_the_rows_and_lets_new_frames_begin()
    {
        _undo.Push();
        _table.Put("a", 1);
        _undo.Forget(keep: 0);
        _undo.Push();
        _table.Put("a", 2);
        _undo.Rollback();
        Assert.Equal(1, _table[0]);
    }

    [Fact]
    public void A_table_that_joins_late_is_refused()
    {
        _undo.Push();
        Assert.Throws<InvalidOperationException>(() => new Table<int, int>(_undo));
    }

    [Fact]
    public void Two_tables_go_back_together()
    {
        var other = new Table<int, int>(_undo);
        _undo.Push();
        _table.Put("a", 1);
        _undo.Push();
        other.Put(7, 7);
        _undo.Rollback();
        Assert.Equal((1, 0), (_table.Count, other.Count));
        _undo.Rollback();
        Assert.Equal(0, _table.Count);
    }

    /// <summary>The model copies the whole dictionary at each frame: slow, and without anything to get wrong.</summary>
    [Fact]
    public void After_any_operations_table_and_model_agree() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), script =>
        {
            var undo = new UndoLog();
            var table = new Table<int, int>(undo);
            var model = new List<(int Key, int Row)>();
            var frames = new List<List<(int Key, int Row)>>();
            foreach (var (step, code) in script.Index())
            {
                switch (code % 8)
                {
                    case 0:
                        undo.Push();
                        frames.Add([.. model]);
                        break;
                    case 1 when frames.Count > 0:
                        undo.Rollback();
                        model = frames[^1];
                        frames.RemoveAt(frames.Count - 1);
                        break;
                    case 2:
                        var keep = code / 8 % 4;
                        undo.Forget(keep);
                        if (frames.Count > keep) frames.RemoveRange(0, frames.Count - keep);
                        break;
                    case 3 when model.Count > 0:
                        var at = code / 8 % model.Count;
                        table.Set(at, step);
                        model[at] = model[at] with { Row = step };
                        break;
                    default:
                        var key = code / 8 % 6;
                        var known = model.FindIndex(row => row.Key == key);
                        var index = table.Put(key, step);
                        if (known < 0) model.Add((key, step));
                        else model[known] = (key, step);
                        Assert.Equal(known < 0 ? model.Count - 1 : known, index);
                        break;
                }
                Assert.Equal(frames.Count, undo.Depth);
                Assert.Equal(model, Enumerable.Range(0, table.Count).Select(row => (table.KeyAt(row), table[row])));
                foreach (var (row, (key, _)) in model.Index()) Assert.True(table.TryFind(key, out var found) && found == row);
            }
        }));
}
