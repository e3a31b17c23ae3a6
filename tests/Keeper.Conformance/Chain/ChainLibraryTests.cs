using Keeper.Conformance.Chain.Faults;
using Keeper.Conformance.Support;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Chain.Nodes;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Conformance.Chain;

/// <summary>Every library of this build on a real node: its development node deploys an executor, its client reads it, its signer pays.</summary>
public sealed class ChainLibraryTests
{
    private const uint Selector = 0x12345678;

    public static TheoryData<string> Names => [.. ChainLibraries.BuiltIn.Select(library => library.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_executor_is_deployed_set_up_and_read(string name)
    {
        await using var node = await AnvilNode.StartAsync();
        var (library, endpoint) = (ChainLibraries.Find(name)!, new RpcEndpoint { Name = "anvil", HttpUrl = node.HttpUrl });
        await using var dev = library.OpenDevNode(endpoint, TimeProvider.System);
        await using var client = NodeChainClient.Create(library, new() { Profile = AnvilNode.Profile, Endpoints = [endpoint] }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var accounts = await dev.AccountsAsync(default);
        var roles = new ExecutorRoles(accounts[0], accounts[1], accounts[2]);

        var executor = await dev.DeployAsync(roles.Owner, library.Executor.DeployData(Artifact.Load(Artifact.ExecutorName).DeployData([]), roles), default);
        Assert.True(Artifact.Load(Artifact.ExecutorName).Compare((await client.GetCodeAsync(executor, BlockId.Latest, default)).Span).IsSame);
        var before = await dev.BlockNumberAsync(default);
        await dev.TransactAsync(roles.Owner, executor, library.Executor.AllowTarget(executor, Selector, allowed: true), default);
        await dev.TransactAsync(roles.Owner, executor, library.Executor.AllowToken(executor, allowed: true), default);
        await dev.TransactAsync(roles.Owner, executor, library.Executor.SetPaused(true), default);
        await dev.TransactAsync(roles.Owner, executor, library.Executor.SetOperator(accounts[3]), default);

        Assert.Equal(new ExecutorState(roles.Owner, roles.Operator, roles.Treasury, false), await library.Executor.ReadAsync(client, executor, BlockId.At(before), default));
        Assert.Equal(new ExecutorState(roles.Owner, accounts[3], roles.Treasury, true), await library.Executor.ReadAsync(client, executor, BlockId.Latest, default));
        ExecutorGrant[] grants = [new ExecutorGrant.Call(executor, Selector), new ExecutorGrant.Call(executor, Selector + 1), new ExecutorGrant.Settlement(executor), new ExecutorGrant.Settlement(roles.Owner)];
        Assert.Equal([true, false, true, false], await library.Executor.AreGivenAsync(client, executor, grants, BlockId.Latest, default));
        Assert.Equal([false, false, false, false], await library.Executor.AreGivenAsync(client, executor, grants, BlockId.At(before), default));
        // Where no contract is, an answer is empty.
        await Assert.ThrowsAsync<AbiException>(() => library.Executor.ReadAsync(client, roles.Owner, BlockId.Latest, default));

        var refused = await client.CallAsync([new(executor, library.Executor.SetPaused(false), From: accounts[5])], BlockId.Latest, default);
        Assert.Equal("NotOwner()", library.Executor.DescribeRevert(Assert.IsType<CallResult.Reverted>(refused[0]).Data));
        await Assert.ThrowsAsync<InvalidOperationException>(() => dev.TransactAsync(accounts[5], executor, library.Executor.SetPaused(false), default));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_development_node_mines_gives_coin_and_refuses(string name)
    {
        await using var node = await AnvilNode.StartAsync();
        var endpoint = new RpcEndpoint { Name = "anvil", HttpUrl = node.HttpUrl };
        await using var dev = ChainLibraries.Find(name)!.OpenDevNode(endpoint, TimeProvider.System);
        var stranger = Address.Parse("0x00000000000000000000000000000000000abcde");
        await dev.SetBalanceAsync(stranger, Wei.FromGwei(7), default);
        Assert.Equal(Wei.FromGwei(7).Value, UInt256.Parse((await node.Rpc.RequestAsync("eth_getBalance", stranger, "latest")).GetString()!));
        // Nobody unlocked that account.
        await Assert.ThrowsAsync<ChainException>(() => dev.SendAsync(stranger, stranger, new byte[] { 1 }, default));

        var owner = (await dev.AccountsAsync(default))[0];
        var at = await dev.DeployAsync(owner, TinyContracts.Cell, default);
        await dev.MineEveryAsync(1, default);
        var before = await dev.BlockNumberAsync(default);
        var hash = await dev.SendAsync(owner, at, new AbiWriter().Word(5UL).ToArray(), default);
        await node.ReceiptAsync(hash);
        Assert.True(await dev.BlockNumberAsync(default) > before);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Many_views_are_one_call_to_the_contract_of_the_repository(string name)
    {
        await using var node = await AnvilNode.StartAsync();
        var (library, endpoint) = (ChainLibraries.Find(name)!, new RpcEndpoint { Name = "anvil", HttpUrl = node.HttpUrl });
        await using var client = NodeChainClient.Create(library, new() { Profile = AnvilNode.Profile, Endpoints = [endpoint] }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        var multicall = await node.DeployAsync(Artifact.Load("Multicall").DeployData([]));
        var (echo, reverter, nobody) = (await node.DeployAsync(TinyContracts.Echo), await node.DeployAsync(TinyContracts.Reverter), Address.Parse("0x00000000000000000000000000000000000abcde"));
        CallRequest[] calls = [new(echo, new byte[] { 1, 2, 3 }), new(reverter, new byte[] { 9 }), new(nobody, new byte[] { 7 }), new(echo, default)];

        var answer = Assert.IsType<CallResult.Returned>((await client.CallAsync([library.Multicall.Encode(multicall, calls)], BlockId.Latest, default))[0]);
        var results = library.Multicall.Decode(answer.Data, calls.Length);
        Assert.Equal(
            ["Returned 0x010203", "Reverted 0x09", "Returned 0x", "Returned 0x"],
            results.Select(result => result switch { CallResult.Returned(var data) => $"Returned {Hex.Encode(data.Span)}", CallResult.Reverted(var data) => $"Reverted {Hex.Encode(data.Span)}", _ => "" }));
        Assert.Throws<AbiException>(() => library.Multicall.Decode(answer.Data, calls.Length + 1));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task With_a_multicall_calls_answer_as_without_one(string name)
    {
        await using var node = await AnvilNode.StartAsync();
        var (library, endpoint) = (ChainLibraries.Find(name)!, new RpcEndpoint { Name = $"multicall-{name}", HttpUrl = node.HttpUrl });
        var (echo, reverter, nobody) = (await node.DeployAsync(TinyContracts.Echo), await node.DeployAsync(TinyContracts.Reverter), Address.Parse("0x00000000000000000000000000000000000abcde"));
        var before = (ulong)UInt256.Parse((await node.Rpc.RequestAsync("eth_blockNumber")).GetString()!);
        var multicall = await node.DeployAsync(Artifact.Load("Multicall").DeployData([]));
        await using var alone = NodeChainClient.Create(library, new() { Profile = AnvilNode.Profile, Endpoints = [endpoint] }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        await using var together = NodeChainClient.Create(
            library, new() { Profile = AnvilNode.Profile with { Multicall = multicall }, Endpoints = [endpoint] }, PollyReadRetry.Create, TimeProvider.System, NullLoggerFactory.Instance);
        CallRequest[] calls =
        [
            new(echo, new byte[] { 1 }), new(echo, new byte[] { 2 }, From: node.Signer.Address, GasLimit: new Gas(100_000)), new(reverter, new byte[] { 9 }),
            new(reverter, default), new(nobody, new byte[] { 7 }), new(echo, new byte[] { 3 }), new(echo, default, GasLimit: new Gas(100)),
            .. Enumerable.Range(0, 250).Select(i => new CallRequest(echo, TinyContracts.Words((ulong)i))),
        ];
        using var counted = new Counted(endpoint.Name);
        foreach (var at in (BlockId[])[BlockId.Latest, BlockId.At(before)]) // and where there is no such contract yet
        {
            var expected = Text(await alone.CallAsync(calls, at, default));
            var sofar = counted.Requests.Count;
            Assert.Equal(expected, Text(await together.CallAsync(calls, at, default)));
            // Three groups of views, two calls of their own, and the failure without data once more.
            if (at == BlockId.Latest) Assert.Equal(6, counted.Requests.Count - sofar);
        }

        static string[] Text(IReadOnlyList<CallResult> results) => [.. results.Select(result => result switch
        {
            CallResult.Returned(var data) => $"Returned {Hex.Encode(data.Span)}",
            CallResult.Reverted(var data) => $"Reverted {Hex.Encode(data.Span)}",
            _ => result.GetType().Name,
        })];
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_the_signer_signs_the_node_takes(string name)
    {
        await using var node = await AnvilNode.StartAsync();
        var library = ChainLibraries.Find(name)!;
        var key = new byte[32];
        key[31] = 7; // begins with zeros
        using var signer = library.SignerOf(key);
        await using var dev = library.OpenDevNode(new RpcEndpoint { Name = "anvil", HttpUrl = node.HttpUrl }, TimeProvider.System);
        await dev.SetBalanceAsync(signer.Address, Wei.FromGwei(1_000_000_000), default);
        for (ulong nonce = 0; nonce < 2; nonce++)
        {
            var fees = nonce == 0 ? new Fees(Wei.FromGwei(50), Wei.FromGwei(1)) : Fees.Legacy(Wei.FromGwei(50));
            var signed = await signer.SignAsync(new(31337, nonce, Address.Zero, new Wei(1u), default, new Gas(21_000), fees), default);
            await node.Rpc.RequestAsync("eth_sendRawTransaction", signed.Raw);
            Assert.Equal(signer.Address, Address.Parse((await node.ReceiptAsync(signed.Hash)).GetProperty("from").GetString()!));
        }
    }
}
