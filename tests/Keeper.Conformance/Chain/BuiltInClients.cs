using Keeper.Chain.Native;
#if NETHEREUM
using Keeper.Chain.Nethereum;
#endif
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Host.Running;

namespace Keeper.Conformance.Chain;

/// <summary>From a <see cref="ClientSetup"/> to each client of this build: the one place that knows their options.</summary>
public static class BuiltInClients
{
    /// <summary>The clients that are compared with each other.</summary>
    public static IReadOnlyList<(string Name, Func<ClientSetup, IChainClient> Connect)> All { get; } =
    [
        ("native", Native),
#if NETHEREUM
        ("nethereum", Nethereum),
#endif
    ];

    public static IChainClient Native(ClientSetup setup) => Create(NativeChainLibrary.Instance, setup);

#if NETHEREUM
    public static IChainClient Nethereum(ClientSetup setup) => Create(NethereumLibrary.Instance!, setup);
#endif

    private static NodeChainClient Create(IChainLibrary library, ClientSetup setup) => NodeChainClient.Create(
        library,
        new ChainClientOptions
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
        PollyReadRetry.Create,
        setup.Time,
        setup.Loggers);
}
