using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Host.Demo;

namespace Keeper.Conformance.RefPerps;

/// <summary>The first of a test chain's accounts: a block for each of its transactions.</summary>
internal sealed class TestOwner(TestChain chain, IChainClient client) : IContractOwner
{
    public Address Owner => chain.Accounts[0];

    /// <summary>Calls that wait for a block in which others are, too; null where each is mined at once.</summary>
    public List<TestChain.Receipt>? Pending { get; set; }

    public async Task<Address> DeployAsync(ReadOnlyMemory<byte> initCode, CancellationToken cancellation) => (await MinedAsync(null, initCode)).Contract;

    public async Task CallAsync(Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        if (Pending is { } pending) pending.Add(await chain.SendAsync(Owner, to, data.ToArray()));
        else await MinedAsync(to, data);
    }

    public async Task<ReadOnlyMemory<byte>> ViewAsync(Address to, ReadOnlyMemory<byte> data, CancellationToken cancellation) =>
        (await client.CallAsync([new(to, data)], BlockId.Latest, cancellation))[0] is CallResult.Returned(var answer) ? answer : throw new InvalidOperationException($"A view of {to} reverted.");

    private async Task<TestChain.Receipt> MinedAsync(Address? to, ReadOnlyMemory<byte> data)
    {
        var receipt = await chain.SendAsync(Owner, to, data.ToArray());
        await chain.MineAsync(1, receipt);
        return receipt.Succeeded ? receipt : throw new InvalidOperationException($"The set-up transaction {receipt.Hash} reverted.");
    }
}
