using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Support;
using Keeper.Core;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Contracts;
using Keeper.Host.Running;
using Keeper.Protocols.Declared;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Keeper.Conformance.Declared;

/// <summary>A declared protocol whose view reverts, loops, returns or reverts with a megabyte for some accounts, on a real node through the real client and its multicall.</summary>
public sealed class HostileViewTests(ITestOutputHelper output)
{
    private const int Accounts = 60;

    /// <summary>
    /// Of account a: 2 reverts, 3 loops, 4 returns a megabyte, 5 reverts with one; any other has an equity of 40 * a and needs 100.
    /// </summary>
    private const string Code =
        "0x600435" + "80600214602f57" + "80600314603557" + "80600414603957" + "80600514604157" + "602802600052" + "6064602052" + "60406000f3"
        + "5b60006000fd" + "5b603556" + "5b621000006000f3" + "5b621000006000fd";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accounts_whose_view_is_hostile_are_left_out_and_the_others_are_judged_in_the_same_block(bool withMulticall)
    {
        await using var node = await AnvilNode.StartAsync();
        var pool = Address.Parse("0x0000000000000000000000000000000000009001");
        await node.Rpc.RequestAsync("anvil_setCode", pool, Code);
        var dev = new NativeDevNode(node.Rpc, TimeProvider.System);
        var multicall = await dev.DeployAsync((await dev.AccountsAsync(default))[0], Artifact.Load("Multicall").DeployData([]), default);
        await node.MineAsync();
        await using var client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile with { Multicall = withMulticall ? multicall : null }, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = node.HttpUrl, RequestTimeout = TimeSpan.FromMinutes(1) }] },
            PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var undo = new UndoLog();
        var protocol = new DeclaredProtocol(Settings(pool), undo);
        var mirror = new Mirror([protocol], undo, (await client.GetHeaderAsync(BlockId.Latest, default)).Ref);
        for (ulong account = 1; account <= Accounts; account++)
            protocol.Apply(new(pool, 2, Keccak.Topic("Opened(uint256)"), new Hash32((UInt256)account), default, default, ReadOnlyMemory<byte>.Empty, 0, default, default, 0));
        using var poll = new DecidingPoll(client, TimeProvider.System);

        for (var block = 0; block < 4; block++)
        {
            var began = TimeProvider.System.GetTimestamp();
            // As the loop does: asked until there is no more to ask.
            for (poll.Begin(mirror, default); protocol.PollReads().Count > 0; poll.Begin(mirror, default))
            {
                await poll.Answered;
                Assert.True(await poll.ApplyAsync(mirror));
            }
            output.WriteLine($"block {block}: {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms");
            for (var account = 0; account < Accounts; account++)
            {
                var expected = account is >= 1 and <= 4 ? VerdictKind.PriceUnusable : account == 0 ? VerdictKind.Liquidatable : VerdictKind.Healthy;
                Assert.True(expected == protocol.Evaluate(account, 0).Kind, $"block {block}, account {account + 1}: {protocol.Evaluate(account, 0)}");
            }
            await node.MineAsync();
            var header = await client.GetHeaderAsync(BlockId.Latest, default);
            mirror.Apply(new ChainEvent.Block(header.Ref, header.BaseFeePerGas, header.GasLimit, []));
        }
    }

    private static ProtocolSettings Settings(Address pool)
    {
        TermFault fail = (key, problem, _) => Assert.Fail($"{key} {problem}");
        var text = new DeclaredText(
            [new("Opened(uint256 indexed id)", null, "id", null, fail)], [new("health", "health(uint256) returns (uint256 equity, uint256 required)", null, ["account"], fail)],
            "health.equity < health.required", null, null, [new(false, "take(uint256)", null, null, ["account"], 100_000, null, "1", false, fail)],
            new(pool, 18, null, UInt256.Parse("1000000000000000000"), null, 8, fail), [], [], [], null, 64, 2_000_000, fail);
        return new("pool", "declared", pool, 0, null) { Options = DeclaredOptions.Compile(text, pool, Keccak.Hash) };
    }
}
