using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Mirror;

namespace Keeper.Tests.Mirror;

public sealed class RowsTests
{
    [Fact]
    public void What_was_captured_stays_whatever_is_written_added_or_removed_afterwards()
    {
        Prop.ForAll(Gen.Choose(0, 4_000).ListOf(60).ToArbitrary(), choices =>
        {
            var (rows, model) = (new Rows<int>(), new List<int>());
            var captures = new List<(CapturedRows<int> Captured, int[] Expected)>();
            foreach (var choice in choices)
            {
                switch (choice % 5)
                {
                    case 0: captures.Add((rows.Capture(), [.. model])); break;
                    case 1 when model.Count > 0: rows.Set(choice % model.Count, choice); model[choice % model.Count] = choice; break;
                    case 2 when model.Count > 0: rows.RemoveLast(); model.RemoveAt(model.Count - 1); break;
                    default:
                        for (var i = 0; i < choice; i++) { rows.Add(i); model.Add(i); }
                        break;
                }
            }
            captures.Add((rows.Capture(), [.. model]));
            return captures.All(capture => capture.Captured.Count == capture.Expected.Length && Enumerable.Range(0, capture.Expected.Length).All(i => capture.Captured[i] == capture.Expected[i]))
                && Enumerable.Range(0, model.Count).All(i => rows[i] == model[i]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void An_index_that_is_not_there_is_refused_though_its_chunk_is()
    {
        var rows = new Rows<int>();
        rows.Add(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Set(-1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => rows.Capture()[1]);
    }
}
