using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;

namespace Keeper.Conformance.Oracles;

/// <summary>Oracle contracts on a chain of its own, and what they say.</summary>
internal sealed class OracleWorld(TestChain chain, IChainClient client)
{
    public TestChain Chain => chain;

    /// <summary>Deploys in a block of its own.</summary>
    public async Task<Address> CreateAsync(string name, AbiWriter arguments)
    {
        var receipt = await chain.SendAsync(chain.Accounts[0], null, Artifact.Load(name).DeployData(arguments.ToArray()));
        await chain.MineAsync(1, receipt);
        return receipt.Succeeded ? receipt.Contract : throw new InvalidOperationException($"{name} was not created.");
    }

    /// <summary>For the next block; it may revert there.</summary>
    public Task SendAsync(Address to, string signature, AbiWriter arguments) => chain.SendAsync(chain.Accounts[0], to, arguments.ToCall(Keccak.Selector(signature)), 3_000_000);

    /// <returns>Null where it reverts.</returns>
    public async Task<ReadOnlyMemory<byte>?> AskAsync(Address contract, string signature, AbiWriter? arguments = null)
    {
        var answers = await client.CallAsync([new(contract, (arguments ?? new()).ToCall(Keccak.Selector(signature)))], BlockId.At(chain.Number), CancellationToken.None);
        return answers[0] is CallResult.Returned returned ? returned.Data : default(ReadOnlyMemory<byte>?);
    }

    public static AbiWriter Words(params IEnumerable<Int256> words)
    {
        var writer = new AbiWriter();
        foreach (var word in words) writer.Word(word);
        return writer;
    }
}
