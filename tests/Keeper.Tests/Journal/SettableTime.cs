namespace Keeper.Tests.Journal;

/// <summary>A clock that stands still until it is set.</summary>
internal sealed class SettableTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
