namespace Keeper.Tests.Tidy;

public sealed class FaultsTests
{
    [Fact]
    public void Faults_are_all_told_and_none_is_no_failure()
    {
        Faults.None([]);
        var failure = Assert.ThrowsAny<Exception>(() => Faults.None(["first", "second"]));
        Assert.Contains("first\nsecond", failure.Message);
    }
}
