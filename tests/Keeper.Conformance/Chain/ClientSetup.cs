using Keeper.Core.Chain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.Chain;

/// <summary>What a suite asks of a client, in plain words: the adapter of each client turns it into that client's own options.</summary>
public sealed record ClientSetup(IReadOnlyList<ClientSetup.Endpoint> Endpoints)
{
    public ChainProfile Profile { get; init; } = Support.AnvilNode.Profile;

    /// <summary>Attempts after the first, of a read.</summary>
    public int Retries { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    public sealed record Endpoint(string Name, Uri? Http, Uri? Ws)
    {
        /// <summary>Long enough for a loaded machine: only faults of silence wait for it, and set it lower.</summary>
        public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(20);
        public int MaxResponseBytes { get; init; } = 256 * 1024;
    }
}
