using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;

namespace Keeper.Conformance.Chain;

/// <summary>From a <see cref="ClientSetup"/> to each client of this build: the one place that knows their options.</summary>
public static class BuiltInClients
{
    /// <summary>The clients that are compared with each other.</summary>
    public static IReadOnlyList<(string Name, Func<ClientSetup, IChainClient> Connect)> All { get; } =
    [
        ("native", Native),
    ];

    public static IChainClient Native(ClientSetup setup) => NativeChainClient.Create(
        new NativeChainOptions
        {
            Profile = setup.Profile,
            Endpoints = [.. setup.Endpoints.Select(endpoint => new RpcEndpoint
            {
                Name = endpoint.Name,
                HttpUrl = endpoint.Http,
                WsUrl = endpoint.Ws,
                RequestTimeout = endpoint.RequestTimeout,
                MaxResponseBytes = endpoint.MaxResponseBytes,
            })],
            Retries = setup.Retries,
            Seed = 1,
        },
        setup.Time,
        setup.Loggers);
}
