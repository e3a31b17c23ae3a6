namespace Keeper.Host.Demo;

/// <summary>How a local chain is started.</summary>
internal sealed record AnvilOptions
{
    /// <summary>See <see cref="NodeTools.FindAsync"/>.</summary>
    public required string BinaryPath { get; init; }

    /// <summary>Null takes a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Null mines a block for each transaction.</summary>
    public TimeSpan? BlockTime { get; init; }

    public ulong ChainId { get; init; } = 31337;

    /// <summary>Funded accounts of the well-known mnemonic. Default 10.</summary>
    public int Accounts { get; init; } = 10;

    public IReadOnlyList<string> ExtraArgs { get; init; } = [];
}
