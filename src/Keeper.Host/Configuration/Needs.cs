namespace Keeper.Host.Configuration;

/// <summary>What a verb cannot do without, beyond what every configuration has.</summary>
[Flags]
internal enum Needs
{
    None = 0,

    /// <summary>A keystore that is there and a password that can be read.</summary>
    Key = 1,

    Executor = 2,
}
