using Keeper.Core.Chain;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Tests.Chain.DataFees;
using Keeper.Tests.Support;

namespace Keeper.Tests.Host;

public sealed class FeeProofTests
{
    [Theory]
    [InlineData(FeeModel.OpStack)]
    [InlineData(FeeModel.Arbitrum)]
    public async Task A_chain_that_answers_as_its_fee_model_says_is_proven(FeeModel model)
    {
        var chain = new AnsweringChain(model == FeeModel.OpStack ? RecordedFees.AnswersOf(RecordedFees.Receipts[0]) : [RecordedFees.ArbitrumAnswer()]);
        Assert.Equal(ProofState.Ok, (await ProveAsync(chain, model))!.State);
        Assert.NotEmpty(chain.Asked);
    }

    [Theory]
    [InlineData(FeeModel.OpStack, 6)]
    [InlineData(FeeModel.Arbitrum, 1)]
    public async Task A_chain_without_the_models_contract_is_refused(FeeModel model, int reads)
    {
        // Where there is no code a call returns nothing.
        var proof = (await ProveAsync(new([.. Enumerable.Repeat(new CallResult.Returned(ReadOnlyMemory<byte>.Empty), reads)]), model))!;
        Assert.Equal((ProofState.Failed, "chains/31337.json: feeModel"), (proof.State, proof.Field));
    }

    [Fact]
    public async Task A_model_that_asks_nothing_needs_no_proof() => Assert.Null(await ProveAsync(new([]), FeeModel.Eip1559));

    private static Task<Proof?> ProveAsync(AnsweringChain chain, FeeModel model) =>
        FeeProof.RunAsync(new ChainOptions(31337, "native", [], TestProfile.Fast with { FeeModel = model }), chain, BlockId.Latest, default);
}
