using Keeper.Core.Submission;

namespace Keeper.Tests.Submission;

public sealed class BackoffTests
{
    private readonly Backoff _backoff = new();

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(7, 64)]
    [InlineData(8, 64)]
    [InlineData(90, 64)]
    public void The_pause_doubles_with_every_failure_up_to_64_blocks(int failures, ulong pause)
    {
        for (var i = 0; i < failures; i++) _backoff.Arm("a", 100);
        Assert.True(_backoff.Holds("a", 100 + pause - 1));
        Assert.False(_backoff.Holds("a", 100 + pause));
        Assert.False(_backoff.Holds("b", 100));
    }

    [Fact]
    public void A_success_ends_the_pause_and_forgets_the_failures()
    {
        for (var i = 0; i < 5; i++) _backoff.Arm("a", 100);
        _backoff.Clear("a");
        Assert.False(_backoff.Holds("a", 100));
        _backoff.Arm("a", 100);
        Assert.False(_backoff.Holds("a", 101));
    }
}
