using Keeper.Conformance.Support;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;

namespace Keeper.Conformance.Chain;

/// <summary>What <c>check</c> says of the profile's <c>completeness</c>.</summary>
public sealed class CompletenessProofTests
{
    private const string Receipts = "eth_getBlockReceipts";

    [Fact]
    public async Task A_chain_that_proves_its_receipts_is_told_so_for_each_endpoint_and_one_that_does_not_is_wrong()
    {
        await using var node = await AnvilNode.StartAsync();
        await node.DeployAsync(TinyContracts.Emitter);
        await node.SendAsync(await node.DeployAsync(TinyContracts.Emitter), TinyContracts.Words(1u, 2u));
        await using var proxy = await FaultProxy.StartAsync(node.HttpUrl, node.WsUrl);
        EndpointOptions honest = new("honest", node.HttpUrl, null), behindProxy = new("proxied", proxy.HttpUrl, null);
        Assert.Equal([ProofState.Ok, ProofState.Ok], await JudgeAsync(LogCompleteness.ReceiptsRoot, honest, behindProxy));

        proxy.On(Receipts, LyingLogs.ReceiptsLeaveOneOut);
        Assert.Equal([ProofState.Ok, ProofState.Warning], await JudgeAsync(LogCompleteness.ReceiptsRoot, honest, behindProxy));
        Assert.Equal([ProofState.Failed], await JudgeAsync(LogCompleteness.ReceiptsRoot, behindProxy));
        proxy.On(Receipts, Rules.Error(-32601, "the method does not exist"));
        Assert.Equal([ProofState.Failed], await JudgeAsync(LogCompleteness.ReceiptsRoot, behindProxy));
    }

    /// <summary>A fork that this version does not know must not keep the keeper from starting.</summary>
    [Fact]
    public async Task A_header_that_does_not_hash_to_its_block_is_a_warning()
    {
        await using var node = await AnvilNode.StartAsync();
        await node.DeployAsync(TinyContracts.Emitter);
        await using var proxy = await FaultProxy.StartAsync(node.HttpUrl, node.WsUrl);
        proxy.On("eth_getBlockByNumber", async call =>
        {
            var block = System.Text.Json.Nodes.JsonNode.Parse((await call.ResultAsync()).GetRawText())!;
            block["mixHash"] = block["parentHash"]!.DeepClone();
            return call.Answer(block);
        });
        Assert.Equal([ProofState.Warning], await JudgeAsync(LogCompleteness.ReceiptsRoot, new EndpointOptions("forked", proxy.HttpUrl, null)));
    }

    [Fact]
    public async Task Agreement_with_one_endpoint_is_said_to_prove_nothing()
    {
        EndpointOptions first = new("first", new Uri("http://127.0.0.1:1"), null), second = new("second", new Uri("http://127.0.0.1:2"), null);
        Assert.Equal([ProofState.Warning], await JudgeAsync(LogCompleteness.Agreement, first));
        Assert.Equal([ProofState.Ok], await JudgeAsync(LogCompleteness.Agreement, first, second));
    }

    private static async Task<ProofState[]> JudgeAsync(LogCompleteness completeness, params EndpointOptions[] endpoints)
    {
        var profile = AnvilNode.Profile with { Completeness = completeness };
        var chain = new ChainOptions(31337, "native", endpoints, profile);
        var proofs = await new CompletenessProof(chain, asked => BuiltInClients.Native(
            new ClientSetup([.. asked.Select(endpoint => new ClientSetup.Endpoint(endpoint.Name, endpoint.Http, endpoint.Ws))]) { Profile = profile })).RunAsync(CancellationToken.None);
        Assert.All(proofs, proof => Assert.Equal("chains/31337.json: completeness", proof.Field));
        return [.. proofs.Select(proof => proof.State)];
    }
}
