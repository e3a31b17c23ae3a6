using Keeper.Core.Chain.Nodes;

namespace Keeper.Tests.Support;

/// <summary>A scripted node as the built-in client is told of it.</summary>
internal static class ScriptedEndpoints
{
    extension(ScriptedNode node)
    {
        public RpcEndpoint HttpOnly => new() { Name = "scripted", HttpUrl = node.HttpUrl, RequestTimeout = TimeSpan.FromSeconds(5) };

        public RpcEndpoint Both => node.HttpOnly with { WsUrl = node.WsUrl };
    }
}
