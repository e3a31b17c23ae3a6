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
using Log = Keeper.Core.Chain.Log;

namespace Keeper.Conformance.Declared;

/// <summary>
/// A declared protocol whose view reverts, loops, returns or reverts with a megabyte, returns too few words or a bool that is none for some accounts, beside another protocol, on a real
/// node through the real client and its multicall.
/// </summary>
public sealed class HostileViewTests(ITestOutputHelper output)
{
    private const int Accounts = 60;

    /// <summary>Of account a the view does this; of any other it returns an equity of 40 * a, 100 that it needs, and that it is not frozen.</summary>
    private static readonly (int Account, string What, Func<int, string> CodeAt)[] Hostile =
    [
        (2, "reverts", _ => "60006000fd"),
        (3, "loops", at => $"61{at:x4}56"),
        (4, "returns a megabyte", _ => "621000006000f3"),
        (5, "reverts with a megabyte", _ => "621000006000fd"),
        (6, "returns too few words", _ => "60406000f3"),
        (7, "returns a bool of 2", _ => "60646020526002604052" + "60606000f3"),
    ];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Accounts_whose_view_is_hostile_are_left_out_and_the_others_are_judged_in_the_same_block(bool withMulticall)
    {
        await using var node = await AnvilNode.StartAsync();
        var pool = Address.Parse("0x0000000000000000000000000000000000009001");
        var other = Address.Parse("0x0000000000000000000000000000000000009002");
        await node.Rpc.RequestAsync("anvil_setCode", pool, Code(Hostile));
        await node.Rpc.RequestAsync("anvil_setCode", other, Code([]));
        var dev = new NativeDevNode(node.Rpc, TimeProvider.System);
        var multicall = await dev.DeployAsync((await dev.AccountsAsync(default))[0], Artifact.Load("Multicall").DeployData([]), default);
        await node.MineAsync();
        await using var client = NodeChainClient.Create(
            ChainLibraries.Preferred,
            new ChainClientOptions { Profile = AnvilNode.Profile with { Multicall = withMulticall ? multicall : null }, Endpoints = [new RpcEndpoint { Name = "anvil", HttpUrl = node.HttpUrl, RequestTimeout = TimeSpan.FromMinutes(1) }] },
            PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var undo = new UndoLog();
        var (protocol, beside) = (new DeclaredProtocol(Settings("pool", pool), undo), new DeclaredProtocol(Settings("beside", other), undo));
        var mirror = new Mirror([protocol, beside], undo, (await client.GetHeaderAsync(BlockId.Latest, default)).Ref);
        for (ulong account = 1; account <= Accounts; account++)
        {
            protocol.Apply(Opened(pool, account));
            beside.Apply(Opened(other, account));
        }
        using var poll = new DecidingPoll(client, TimeProvider.System);

        for (var block = 0; block < 4; block++)
        {
            var began = TimeProvider.System.GetTimestamp();
            // As the loop does: asked until there is no more to ask.
            for (poll.Begin(mirror, default); protocol.PollReads().Count + beside.PollReads().Count > 0; poll.Begin(mirror, default))
            {
                await poll.Answered;
                Assert.True(await poll.ApplyAsync(mirror));
            }
            output.WriteLine($"block {block}: {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms");
            for (var account = 0; account < Accounts; account++)
            {
                var expected = Array.Exists(Hostile, hostile => hostile.Account == account + 1) ? VerdictKind.PriceUnusable : account == 0 ? VerdictKind.Liquidatable : VerdictKind.Healthy;
                Assert.True(expected == protocol.Evaluate(account, 0).Kind, $"block {block}, account {account + 1}: {protocol.Evaluate(account, 0)}");
                Assert.Equal(account <= 1 ? VerdictKind.Liquidatable : VerdictKind.Healthy, beside.Evaluate(account, 0).Kind);
            }
            await node.MineAsync();
            var header = await client.GetHeaderAsync(BlockId.Latest, default);
            mirror.Apply(new ChainEvent.Block(header.Ref, header.BaseFeePerGas, header.GasLimit, []));
        }
    }

    private static Keeper.Core.Chain.Log Opened(Address pool, ulong account) => new(pool, 2, Keccak.Topic("Opened(uint256)"), new Hash32((UInt256)account), default, default, ReadOnlyMemory<byte>.Empty, 0, default, default, 0);

    /// <summary>The account is the first argument; who is among these leads to its own piece of code.</summary>
    private static string Code(IReadOnlyList<(int Account, string What, Func<int, string> CodeAt)> hostile)
    {
        const string Head = "600435", Others = "6028026000526064602052" + "60606000f3";
        const int Jump = 8;
        var (jumps, bodies) = ("", "");
        foreach (var (account, _, codeAt) in hostile)
        {
            var at = (Head.Length + Others.Length + bodies.Length) / 2 + Jump * hostile.Count;
            jumps += $"8060{account:x2}1461{at:x4}57";
            bodies += "5b" + codeAt(at);
        }
        return "0x" + Head + jumps + Others + bodies;
    }

    private static ProtocolSettings Settings(string name, Address pool)
    {
        TermFault fail = (key, problem, _) => Assert.Fail($"{key} {problem}");
        var text = new DeclaredText(
            [new("Opened(uint256 indexed id)", null, "id", null, fail)], [new("health", "health(uint256) returns (uint256 equity, uint256 required, bool frozen)", null, ["account"], fail)],
            "health.equity < health.required", null, null, [new(false, "take(uint256)", null, null, ["account"], 100_000, null, "1", false, fail)],
            new(pool, 18, null, UInt256.Parse("1000000000000000000"), null, 8, fail), [], [], [], null, 64, 2_000_000, fail);
        return new(name, "declared", pool, 0, null) { Options = DeclaredOptions.Compile(text, pool, Keccak.Hash) };
    }
}
