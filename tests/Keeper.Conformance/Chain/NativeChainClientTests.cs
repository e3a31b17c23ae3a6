using Keeper.Chain.Native;
using Keeper.Chain.Native.Rpc;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.Chain;

public sealed class NativeChainClientTests : ChainClientContract
{
    protected override IChainClient Connect(AnvilNode node, bool http = true, bool socket = true) => NativeChainClient.Create(
        new NativeChainOptions
        {
            Profile = AnvilNode.Profile,
            Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = http ? node.HttpUrl : null, WsUrl = socket ? node.WsUrl : null }],
            Seed = 1,
        },
        TimeProvider.System,
        NullLoggerFactory.Instance);
}
