using Keeper.Chain.Native;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.Chain;

public sealed class NativeChainClientTests : ChainClientContract
{
    protected override IChainClient Connect(AnvilNode node, bool http = true, bool socket = true) => NodeChainClient.Create(
        NativeChainLibrary.Instance,
        new ChainClientOptions
        {
            Profile = AnvilNode.Profile,
            Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = http ? node.HttpUrl : null, WsUrl = socket ? node.WsUrl : null }],
            Seed = 1,
        },
        PollyReadRetry.Create,
        TimeProvider.System,
        NullLoggerFactory.Instance);
}
