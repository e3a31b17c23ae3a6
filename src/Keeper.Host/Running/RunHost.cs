using Keeper.Chain.Native;
using Keeper.Core.Chain;
using Keeper.Core.Journal;
using Keeper.Core.Telemetry;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Host.Control;
using Keeper.Host.Keys;
using Keeper.Host.Metrics;
using Keeper.Journal.Sqlite;
using Microsoft.AspNetCore.Connections;

namespace Keeper.Host.Running;

/// <summary>
/// The composition root. 1: the key. 2: the chain. 3: the proofs, before anything is written. 4: the journal and the control socket. 5: the pages
/// and the loop. 6: until the process is told to stop, or the loop fails.
/// </summary>
internal static class RunHost
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(20);

    public static async Task<ExitCode> RunAsync(KeeperOptions options, bool dryRun, CancellationToken cancellation)
    {
        using var loggers = Logs.Create(options.Logging);
        return await RunAsync(options, dryRun, loggers, cancellation);
    }

    public static async Task<ExitCode> RunAsync(KeeperOptions options, bool dryRun, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        await using var key = dryRun ? null : OperatorKey.Open(options.Key!, options.Chain, time);
        var signer = key?.Signer;
        await using var flow = dryRun ? null : PrivateFlows.Create(options.OrderFlow, options.Chain, signer?.Address, time);
        await using var client = Connect(options.Chain.Endpoints);
        await ProveAsync(signer?.Address);
        await using var journal = dryRun ? new ForgetfulJournal() : await OpenJournalAsync(options.Journal, time, loggers);

        using var control = dryRun ? null : ControlSocket.Open(options.Control.Socket, time, loggers.CreateLogger<ControlSocket>());

        var parts = new KeeperParts(options, client, signer, journal, new Readiness(time), loggers, time) { Control = control, PrivateFlow = flow };
        await using var app = Build(parts, KeeperAssembly.RunAsync);
        await StartAsync(app, options, cancellation);
        Announce(app, parts);
        await app.WaitForShutdownAsync(cancellation);
        Log.Stopped(loggers.CreateLogger(typeof(RunHost)));
        return app.Services.GetRequiredService<KeeperService>().Failure switch
        {
            null => ExitCode.Ok,
            var failure => KeeperService.IsOfTheSurroundings(failure) ? ExitCode.Environment : ExitCode.Failed,
        };

        IChainClient Connect(IReadOnlyList<EndpointOptions> endpoints) => ChainClients.Create(options.Chain, endpoints, time, loggers);

        async Task ProveAsync(Core.Primitives.Address? key)
        {
            var proofs = await new Proofs(options, Connect).RunAsync(key, cancellation);
            Proofs.Require(proofs);
            var logger = loggers.CreateLogger(typeof(RunHost));
            foreach (var proof in proofs.Where(proof => proof.State == ProofState.Warning)) Log.Unproven(logger, proof.Field, proof.Detail, proof.Expected!);
        }
    }

    /// <summary>The web application around a loop; nothing runs yet. Reads no configuration but the options: no variables, no files of its own.</summary>
    public static WebApplication Build(KeeperParts parts, Func<KeeperParts, CancellationToken, Task> loop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "keeper" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 64;
            kestrel.Listen(parts.Options.Http.Listen);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(parts.Loggers);
        builder.Services.AddLogging();
        builder.Services.AddSingleton(parts.Readiness);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopWithin);
        builder.Services.AddSingleton(_ => new MeterBridge(PrometheusNet.Create() ?? new TextExposition(), KeeperMeter.Name));
        builder.Services.AddSingleton(services => new HostInstruments(parts.Readiness, parts.Client.Name, services.GetRequiredService<MeterBridge>().Exporter));
        builder.Services.AddSingleton(services => new KeeperService(
            stopping => loop(parts, stopping), parts.Readiness,
            services.GetRequiredService<IHostApplicationLifetime>(), services.GetRequiredService<ILogger<KeeperService>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<KeeperService>());
        parts.Readiness.Expect(KeeperService.Component);

        var app = builder.Build();
        // Made before anything is measured: the bridge tells what it has heard.
        app.Services.GetRequiredService<MeterBridge>();
        app.Services.GetRequiredService<HostInstruments>();
        Pages.Map(app);
        return app;
    }

    /// <exception cref="StartupException">The port is taken, or not ours to take.</exception>
    public static async Task StartAsync(WebApplication app, KeeperOptions options, CancellationToken cancellation)
    {
        try
        {
            await app.StartAsync(cancellation);
        }
        catch (IOException error) when (error.InnerException is AddressInUseException)
        {
            throw new StartupException(ExitCode.Environment, "http.listen", $"is {options.Http.Listen}, which another process listens on", "a free port, or port 0 for any");
        }
        catch (System.Net.Sockets.SocketException error)
        {
            throw new StartupException(ExitCode.Environment, "http.listen", $"is {options.Http.Listen}, which cannot be listened on: {error.SocketErrorCode}", "an address of this machine and a port that this user may take");
        }
    }

    private static async Task<IJournal> OpenJournalAsync(JournalOptions journal, TimeProvider time, ILoggerFactory loggers)
    {
        if (Directory.Exists(journal.Path)) throw new StartupException(ExitCode.Config, "journal.path", $"is {journal.Path}, a folder", "the path of a file");
        try
        {
            return await SqliteJournal.OpenAsync(new() { Path = journal.Path, Synchronous = journal.Synchronous }, time, loggers.CreateLogger<SqliteJournal>());
        }
        catch (JournalException error)
        {
            throw new StartupException(ExitCode.Environment, "journal.path", $"cannot be used: {error.Message}", "a journal of this version that no other process writes");
        }
    }

    private static void Announce(WebApplication app, KeeperParts parts)
    {
        var (options, logger) = (parts.Options, parts.Loggers.CreateLogger(typeof(RunHost)));
        Log.Started(
            logger, HostInstruments.Version, options.Chain.Id, parts.Client.Name, string.Join(", ", options.Chain.Endpoints.Select(endpoint => endpoint.Name)),
            string.Join(", ", options.Protocols.Select(protocol => protocol.Name)), parts.Signer?.Address.ToString() ?? "none (dry run)", string.Join(", ", app.Urls),
            app.Services.GetRequiredService<MeterBridge>().Exporter);
    }
}
