using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace Keeper.Host.Running;

/// <summary>From the configuration to the chain client that it names.</summary>
internal static class ChainClients
{
    /// <param name="endpoints">All of <see cref="ChainOptions.Endpoints"/>, or the one to be proven.</param>
    public static IChainClient Create(ChainOptions chain, IReadOnlyList<EndpointOptions> endpoints, TimeProvider time, ILoggerFactory loggers) =>
        NodeChainClient.Create(
            ChainLibraries.Of(chain), new() { Profile = chain.Profile, Endpoints = [.. endpoints.Select(ToRpc)] }, PollyReadRetry.Create, time, loggers);

    private static RpcEndpoint ToRpc(EndpointOptions endpoint) => new() { Name = endpoint.Name, HttpUrl = endpoint.Http, WsUrl = endpoint.Ws, Limits = endpoint.Limits };
}
