using Keeper.Core.Submission;

namespace Keeper.Tests.Submission;

public sealed class WaysTests
{
    private readonly Ways _ways = new();

    [Fact]
    public void The_next_plan_passes_over_what_was_refused_for_some_blocks()
    {
        Assert.Equal(0, _ways.RefusedOf("a", 100));
        Assert.True(_ways.Refuse("a", 0, 100));
        Assert.True(_ways.Refuse("a", 1, 100));
        Assert.Equal((2, 2, 0, 0), (_ways.RefusedOf("a", 100), _ways.RefusedOf("a", 115), _ways.RefusedOf("a", 116), _ways.RefusedOf("b", 100)));
    }

    [Fact]
    public void After_as_many_as_are_tried_of_an_account_it_begins_anew()
    {
        for (var refused = 0; refused < Ways.Most - 1; refused++) Assert.True(_ways.Refuse("a", refused, 100));
        Assert.False(_ways.Refuse("a", Ways.Most - 1, 100));
        Assert.Equal(0, _ways.RefusedOf("a", 100));
    }

    [Fact]
    public void What_was_refused_is_forgotten_when_the_account_changes()
    {
        _ways.Refuse("a", 0, 100);
        _ways.Refuse("b", 0, 100);
        _ways.Forget("a");
        Assert.Equal((0, 1), (_ways.RefusedOf("a", 100), _ways.RefusedOf("b", 100)));
    }
}
