using System.Security.Cryptography;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Chain.Pending;
using Keeper.Host.Configuration;
using Microsoft.Extensions.Logging;

namespace Keeper.Host.Running;

/// <summary>From the configuration to the pool that price updates are seen in.</summary>
internal static class PendingPools
{
    /// <returns>Null where the configuration asks for none.</returns>
    /// <param name="client">Its endpoints' limits are the pool's, too.</param>
    public static IPendingPool? Create(ChainOptions chain, IChainClient client, TimeProvider time, ILoggerFactory loggers)
    {
        if (chain.PendingUpdates is not { } options) return null;
        var endpoint = chain.Endpoints.First(endpoint => endpoint.Ws is not null);
        var node = new RpcEndpoint { Name = endpoint.Name, HttpUrl = endpoint.Http, WsUrl = endpoint.Ws, RequestTimeout = TimeSpan.FromSeconds(5) };
        return new PendingPool(node, options.Transmitters, options.MaxBlocks, chain.Profile.BlockTime, time, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)), loggers.CreateLogger<PendingPool>(),
            (client as NodeChainClient)?.MeterOf(endpoint.Name));
    }
}
