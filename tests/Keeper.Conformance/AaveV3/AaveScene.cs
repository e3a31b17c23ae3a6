using Keeper.Conformance.RefPerps;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.AaveV3;

/// <summary>What the tests of a pool share.</summary>
internal static class AaveScene
{
    public static NodeChainClient Client(TestChain chain) => NodeChainClient.Create(
        ChainLibraries.Preferred,
        new ChainClientOptions
        {
            Profile = AnvilNode.Profile,
            Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = chain.Url, RequestTimeout = TimeSpan.FromMinutes(1) }],
        },
        PollyReadRetry.Create,
        TimeProvider.System, NullLoggerFactory.Instance);
}
