using Keeper.Core.Audit;

namespace Keeper.Tests.Audit;

public sealed class DriftWindowTests
{
    [Fact]
    public void One_more_than_is_allowed_within_an_hour_is_too_many()
    {
        var window = new DriftWindow(2);
        Assert.False(window.Add(1_000));
        Assert.False(window.Add(1_001));
        Assert.True(window.Add(4_599));
    }

    [Fact]
    public void What_is_an_hour_old_does_not_count_any_more()
    {
        var window = new DriftWindow(2);
        Assert.False(window.Add(1_000));
        Assert.False(window.Add(1_001));
        Assert.False(window.Add(4_600));
        Assert.True(window.Add(4_600));
    }

    [Fact]
    public void Once_told_it_counts_anew()
    {
        var window = new DriftWindow(1);
        window.Add(1_000);
        Assert.True(window.Add(1_000));
        Assert.False(window.Add(1_000));
        Assert.True(window.Add(1_000));
    }

    [Fact]
    public void Where_none_is_allowed_the_first_is_too_many() => Assert.True(new DriftWindow(0).Add(1_000));
}
