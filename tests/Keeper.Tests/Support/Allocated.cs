namespace Keeper.Tests.Support;

/// <summary>What an action allocates each time. The runtime allocates on the caller's thread now and then, once, while it compiles a method anew: such a round does not count.</summary>
internal static class Allocated
{
    private const int Rounds = 10;

    /// <summary>The least bytes that the action allocated on this thread in one of several rounds, after one that warms up.</summary>
    public static long InEachRoundOf(Action action)
    {
        action();
        var least = long.MaxValue;
        for (var round = 0; round < Rounds && least > 0; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
