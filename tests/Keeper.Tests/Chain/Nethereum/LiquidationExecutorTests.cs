using Keeper.Chain.Native;
using Keeper.Chain.Nethereum;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Host.Contracts;
using Keeper.Tests.Support;

namespace Keeper.Tests.Chain.Nethereum;

/// <summary>The executor by Nethereum's messages, beside the one encoded by hand.</summary>
public sealed class LiquidationExecutorTests
{
    private static readonly IExecutorContract ByHand = NativeChainLibrary.Instance.Executor;
    private static readonly IExecutorContract Executor = NethereumLibrary.Instance!.Executor;

    [Fact]
    public void Both_encode_the_same_calls()
    {
        var random = new Random(81);
        for (var i = 0; i < 50; i++)
        {
            var (one, other, selector) = (RandomTransactions.Address(random), RandomTransactions.Address(random), (uint)random.NextInt64(uint.MaxValue));
            var flag = random.Next(2) == 0;
            Assert.Equal(ByHand.AllowTarget(one, selector, flag), Executor.AllowTarget(one, selector, flag));
            Assert.Equal(ByHand.AllowToken(one, flag), Executor.AllowToken(one, flag));
            Assert.Equal(ByHand.SetOperator(one), Executor.SetOperator(one));
            Assert.Equal(ByHand.SetPaused(flag), Executor.SetPaused(flag));
            var roles = new ExecutorRoles(one, other, RandomTransactions.Address(random));
            var initCode = Artifact.Load(Artifact.ExecutorName).DeployData([]);
            Assert.Equal(Hex.Encode(ByHand.DeployData(initCode, roles)), Hex.Encode(Executor.DeployData(initCode, roles)));
        }
    }

    [Fact]
    public async Task Both_ask_the_same_and_understand_the_same()
    {
        var random = new Random(82);
        for (var i = 0; i < 50; i++)
        {
            var (owner, operatorAddress, treasury, paused) = (RandomTransactions.Address(random), RandomTransactions.Address(random), RandomTransactions.Address(random), random.Next(2) == 0);
            var answers = new[] { new AbiWriter().Word(owner), new AbiWriter().Word(operatorAddress), new AbiWriter().Word(treasury), new AbiWriter().Word(paused) }
                .Select(CallResult (writer) => new CallResult.Returned(writer.ToArray())).ToArray();
            var (first, second) = (new AnsweringChain(answers), new AnsweringChain(answers));
            var expected = await ByHand.ReadAsync(first, owner, BlockId.At(7), CancellationToken.None);
            Assert.Equal(expected, await Executor.ReadAsync(second, owner, BlockId.At(7), CancellationToken.None));
            Assert.Equal(new ExecutorState(owner, operatorAddress, treasury, paused), expected);
            Assert.Equal(first.Asked, second.Asked);

            ExecutorGrant[] grants = [new ExecutorGrant.Call(owner, (uint)random.Next()), new ExecutorGrant.Settlement(treasury)];
            CallResult[] given = [new CallResult.Returned(new AbiWriter().Word(paused).ToArray()), new CallResult.Returned(new AbiWriter().Word(!paused).ToArray())];
            (first, second) = (new AnsweringChain(given), new AnsweringChain(given));
            Assert.Equal([paused, !paused], await ByHand.AreGivenAsync(first, owner, grants, BlockId.Latest, CancellationToken.None));
            Assert.Equal([paused, !paused], await Executor.AreGivenAsync(second, owner, grants, BlockId.Latest, CancellationToken.None));
            Assert.Equal(first.Asked, second.Asked);
        }
    }

    public static TheoryData<string> Wrong => new()
    {
        "", "00", "0000000000000000000000000000000000000000000000000000000000000000ff", "00000000000000000000000000000000000000000000000000000000000000",
        "00000000000000000000000000000000000000000000000000000000000000010000000000000000000000000000000000000000000000000000000000000001",
        "ff00000000000000000000000000000000000000000000000000000000000001", "0000000000000000000000000000000000000000000000000000000000000002",
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task An_answer_that_is_not_one_clean_word_is_never_a_zero(string hex)
    {
        CallResult wrong = new CallResult.Returned(Convert.FromHexString(hex));
        foreach (var contract in new[] { ByHand, Executor })
        {
            await Assert.ThrowsAsync<AbiException>(() => contract.AreGivenAsync(new AnsweringChain([wrong]), Address.Zero, [new ExecutorGrant.Settlement(Address.Zero)], BlockId.Latest, CancellationToken.None));
            if (hex.EndsWith("02", StringComparison.Ordinal)) continue; // an address
            await Assert.ThrowsAsync<AbiException>(() => contract.ReadAsync(new AnsweringChain([wrong, wrong, wrong, wrong]), Address.Zero, BlockId.Latest, CancellationToken.None));
        }
    }

    [Fact]
    public async Task What_reverts_is_told_in_the_same_words()
    {
        CallResult reverted = new CallResult.Reverted(new AbiWriter().Word(Address.Zero).ToCall(Keeper.Chain.Native.Crypto.Keccak.Selector("NotAContract(address)")));
        foreach (var contract in new[] { ByHand, Executor })
        {
            var error = await Assert.ThrowsAsync<AbiException>(() => contract.AreGivenAsync(new AnsweringChain([reverted]), Address.Zero, [new ExecutorGrant.Settlement(Address.Zero)], BlockId.Latest, CancellationToken.None));
            Assert.Equal($"it reverts: NotAContract({Address.Zero})", error.Message);
        }
    }

    [Fact]
    public void Every_error_of_the_compiled_contract_is_known_to_both()
    {
        foreach (var (selector, signature) in Artifact.Load(Artifact.ExecutorName).Errors)
        {
            var data = new AbiWriter().Word(1UL).Word(0UL).Word(3UL).ToCall(selector);
            Assert.StartsWith(signature[..signature.IndexOf('(')] + "(", ByHand.DescribeRevert(data), StringComparison.Ordinal);
            Assert.Equal(ByHand.DescribeRevert(data), Executor.DescribeRevert(data));
        }
    }
}
