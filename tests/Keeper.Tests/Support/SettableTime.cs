namespace Keeper.Tests.Support;

/// <summary>A clock that stands still until it is set.</summary>
internal class SettableTime : TimeProvider
{
    private TimeSpan _jumped;

    public DateTimeOffset Now { get; set; } = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now + _jumped;

    public override long GetTimestamp() => Now.Ticks;

    /// <summary>The wall clock is set to another time; intervals know nothing of it.</summary>
    public void Jump(TimeSpan by) => _jumped += by;

    public void Advance(TimeSpan by) => Now += by;
}
