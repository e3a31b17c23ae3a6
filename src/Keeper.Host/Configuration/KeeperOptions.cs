using System.Net;
using Keeper.Core.Chain;
using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Core.Submission;
using Keeper.Core.Submission.Breakers;
using Keeper.Journal.Sqlite;
using Microsoft.Extensions.Logging;

namespace Keeper.Host.Configuration;

/// <summary>Everything that the configuration says, checked. Holds references to secrets, never a secret but the endpoints' URLs, which nothing prints.</summary>
internal sealed record KeeperOptions
{
    public required string File { get; init; }
    public required ChainOptions Chain { get; init; }

    /// <summary>Null where the verb needs no key and the file names none.</summary>
    public KeyOptions? Key { get; init; }

    /// <summary>Null where the verb needs no executor and the file names none.</summary>
    public ExecutorOptions? Executor { get; init; }

    public required IReadOnlyList<ProtocolSettings> Protocols { get; init; }
    public required JournalOptions Journal { get; init; }
    public PlanningOptions Planning { get; init; } = new();
    public SubmissionOptions Submission { get; init; } = new();
    public BreakerOptions Breakers { get; init; } = new();
    public required ControlOptions Control { get; init; }
    public HttpOptions Http { get; init; } = new();
    public LoggingOptions Logging { get; init; } = new();
}

/// <param name="Client">The library that talks to the chain: a name of <see cref="Running.ChainLibraries"/>.</param>
internal sealed record ChainOptions(ulong Id, string Client, IReadOnlyList<EndpointOptions> Endpoints, ChainProfile Profile)
{
    /// <summary>Every URL leads to this machine.</summary>
    public bool IsLoopback => Endpoints.All(endpoint => endpoint.Http?.IsLoopback != false && endpoint.Ws?.IsLoopback != false);
}

/// <summary>One node; shown by its name only, since the URLs may hold a token.</summary>
internal sealed record EndpointOptions(string Name, Uri? Http, Uri? Ws)
{
    public override string ToString() => Name;
}

internal sealed record KeyOptions(string Keystore, Reference Password);

/// <param name="CodeHash">Keccak-256 of the code at <paramref name="Address"/>; null pins nothing.</param>
/// <param name="ImplementationCodeHash">The same of what a proxy at <paramref name="Address"/> leads to.</param>
/// <param name="Treasury">Where profit must go; null does not check it.</param>
internal sealed record ExecutorOptions(Address Address, Hash32? CodeHash, Hash32? ImplementationCodeHash, Address? Treasury);

internal sealed record JournalOptions(string Path, SqliteSynchronous Synchronous);

/// <param name="Socket">The path of the socket that <c>keeper ctl</c> talks to.</param>
internal sealed record ControlOptions(string Socket);

internal sealed record HttpOptions
{
    /// <summary>Port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 9464);
}

internal sealed record LoggingOptions
{
    public LogLevel Level { get; init; } = LogLevel.Information;

    /// <summary>One JSON object a line, or text for people.</summary>
    public bool Json { get; init; } = true;
}
