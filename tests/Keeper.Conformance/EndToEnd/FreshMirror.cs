using Keeper.Chain.Native;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Mirror;
using Keeper.Host.Running;
using Keeper.Protocols.RefPerps;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.EndToEnd;

/// <summary>The exchange's state as a keeper has it that starts at the newest block, built from the node itself.</summary>
internal static class FreshMirror
{
    public static async Task<RefPerpsProtocol> BuildAsync(ExchangeChain exchange)
    {
        await using var client = NodeChainClient.Create(
            NativeChainLibrary.Instance, new() { Profile = AnvilNode.Profile, Endpoints = [new() { Name = "fresh", HttpUrl = exchange.HttpUrl }], Seed = 1 },
            PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var (mirror, header) = await new MirrorBuilder(client, exchange.Setup.Profile, undo => [InProcessKeeper.ProtocolOf(exchange.Place, undo)], TimeProvider.System, NullLogger<MirrorBuilder>.Instance).BuildAsync(default);
        // What no log tells is polled, as with each block of a keeper at work.
        var polls = mirror.Protocols[0].PollReads();
        var answers = await client.CallAsync([.. polls.Select(poll => poll.Call)], new BlockId.ByHash(header.Ref.Hash), default);
        foreach (var (poll, answer) in polls.Zip(answers))
        {
            if (answer is CallResult.Returned(var data)) poll.Apply(data);
            else poll.Reverted?.Invoke();
        }
        return (RefPerpsProtocol)mirror.Protocols[0];
    }
}
