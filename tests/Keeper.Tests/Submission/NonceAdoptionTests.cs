using Keeper.Core.Submission;

namespace Keeper.Tests.Submission;

public sealed class NonceAdoptionTests
{
    [Theory]
    [InlineData(7, 6, null, new ulong[0], true, null)]
    [InlineData(7, 6, 7, new ulong[0], true, null)]
    [InlineData(7, 6, 6, new ulong[0], true, "6 is used")]
    [InlineData(7, 6, 8, new ulong[0], true, "8 is too high")]
    [InlineData(7, 7, null, new ulong[0], false, "nothing is to be adopted")]
    [InlineData(6, 7, null, new ulong[] { 6 }, true, null)]
    [InlineData(6, 8, 8, new ulong[] { 6, 7 }, true, null)]
    [InlineData(6, 8, 6, new ulong[] { 6, 7 }, true, "6 is used")]
    [InlineData(6, 8, null, new ulong[] { 5, 6, 7 }, true, "nonce 5 is one of ours")]
    [InlineData(6, 8, null, new ulong[] { 7 }, true, "nothing fills nonce 6")]
    [InlineData(6, 9, null, new ulong[] { 6, 8 }, true, "nothing fills nonce 7")]
    public void The_operators_word_must_fit_the_chain_and_the_slots(int count, int next, int? wanted, ulong[] open, bool isNeeded, string? refusal)
    {
        var said = NonceAdoption.Judge((ulong)count, (ulong)next, (ulong?)wanted, open, isNeeded);
        if (refusal is null) Assert.Null(said);
        else Assert.Contains(refusal, said);
    }
}
