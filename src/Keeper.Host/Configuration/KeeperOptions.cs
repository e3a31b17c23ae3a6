using System.Net;
using Keeper.Core.Audit;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Signing;
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
    public AuditOptions Audit { get; init; } = new();
    public required ControlOptions Control { get; init; }

    /// <summary>Null where every attempt is public from the start.</summary>
    public OrderFlowOptions? OrderFlow { get; init; }

    public HttpOptions Http { get; init; } = new();
    public LoggingOptions Logging { get; init; } = new();
}

/// <param name="Client">The library that talks to the chain: a name of <see cref="Running.ChainLibraries"/>.</param>
internal sealed record ChainOptions(ulong Id, string Client, IReadOnlyList<EndpointOptions> Endpoints, ChainProfile Profile)
{
    /// <summary>Null where a price is not acted on before a block has it.</summary>
    public PendingUpdatesOptions? PendingUpdates { get; init; }

    /// <summary>Every URL leads to this machine.</summary>
    public bool IsLoopback => Endpoints.All(endpoint => endpoint.Http?.IsLoopback != false && endpoint.Ws?.IsLoopback != false);
}

/// <param name="Transmitters">Who sends price updates.</param>
/// <param name="MaxBlocks">That an update is given to come.</param>
internal sealed record PendingUpdatesOptions(IReadOnlyList<Address> Transmitters, int MaxBlocks);

/// <summary>One node; shown by its name only, since the URLs may hold a token.</summary>
internal sealed record EndpointOptions(string Name, Uri? Http, Uri? Ws)
{
    public override string ToString() => Name;
}

/// <summary>Where the operator's key is: one of the closed set.</summary>
internal abstract record KeyOptions
{
    private KeyOptions() { }

    /// <summary>In this process, from a V3 keystore.</summary>
    internal sealed record Keystore(string Path, Reference Password) : KeyOptions;

    /// <summary>In another process, which signs on request.</summary>
    /// <param name="Url">http, https, or unix for a socket of this machine; shown by nothing.</param>
    /// <param name="Bearer">The token of the header <c>Authorization</c>; null for none.</param>
    /// <param name="Basic">User and password of that header, with a colon between them; null for none.</param>
    internal sealed record Remote(Uri Url, Address Address, RemoteSignerMethod Method, TimeSpan Timeout, Reference? Bearer, Reference? Basic) : KeyOptions
    {
        public override string ToString() => $"remote signer of {Address}";
    }
}

/// <param name="IsBundle"><c>eth_sendBundle</c>; else <c>eth_sendRawTransaction</c>.</param>
/// <param name="Blocks">For which an attempt is told to <paramref name="Endpoints"/> only.</param>
/// <param name="Reputation">The key that signs requests to relays, another than the operator's; null signs none.</param>
internal sealed record OrderFlowOptions(bool IsBundle, int Blocks, TimeSpan Timeout, IReadOnlyList<EndpointOptions> Endpoints, KeyOptions.Keystore? Reputation);

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
