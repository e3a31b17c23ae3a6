namespace Keeper.Core.Chain.Streaming;

/// <summary>Bounds of a <see cref="SupervisedSocket"/>.</summary>
public sealed record SocketOptions
{
    /// <summary>Tried in turn: each socket that ends gives way to the next target.</summary>
    public required IReadOnlyList<SocketTarget> Targets { get; init; }

    /// <summary>Without progress for this long the socket is dropped; null for never.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A longer message ends the socket. Default 16 MiB.</summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The wait before the first reconnect; doubles until <see cref="MaxBackoff"/>. Default 100 ms.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Default 10 s.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(10);
}
