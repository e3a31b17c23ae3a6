namespace Keeper.Host;

/// <summary>What the process tells its caller. Every verb ends with one of these.</summary>
internal enum ExitCode
{
    Ok = 0,

    /// <summary>The work was begun and failed, or the program is wrong.</summary>
    Failed = 1,

    /// <summary>The configuration or the command line says something that is not possible or not true.</summary>
    Config = 2,

    /// <summary>Something around the keeper is missing or taken: a node, a port, the journal's lock.</summary>
    Environment = 3,

    /// <summary>Interrupted, as a shell counts SIGINT.</summary>
    Interrupted = 130,
}
