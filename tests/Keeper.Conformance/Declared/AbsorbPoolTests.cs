using Keeper.Conformance.EndToEnd;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Xunit.Abstractions;

namespace Keeper.Conformance.Declared;

/// <summary>
/// The whole keeper on a protocol of another shape than the reference exchange, by configuration alone: accounts are addresses, the judge says true or false, the call takes a
/// list, and who is paid is named in it.
/// </summary>
[Collection(EndToEndCollection.Name)]
public sealed class AbsorbPoolTests(ITestOutputHelper output)
{
    /// <summary>More than one request asks about; every fifth falls with the price.</summary>
    private const int Accounts = 300, Fifth = 5;

    private static readonly int[] Debts = [.. Enumerable.Range(1, Accounts).Select(account => account % Fifth == 0 ? 950 : 400)];

    [Fact]
    public async Task Whoever_falls_with_a_price_is_absorbed_and_the_bounty_is_the_executors()
    {
        await using var scene = await AbsorbPoolChain.StartAsync(Debts);
        await using var keeper = await InProcessKeeper.StartAsync(scene.Setup(), scene.Place);
        await keeper.UntilReadyAsync();
        Assert.Empty(await scene.AbsorbedAsync());
        await scene.TransmitAsync(90);
        var told = await scene.Chain.BlockNumberAsync(default);
        await keeper.UntilAsync(async () => (await scene.AbsorbedAsync()).Count >= Accounts / Fifth);

        var absorbed = await scene.AbsorbedAsync();
        output.WriteLine($"{absorbed.Count} absorbed in {absorbed.Select(entry => entry.Block).Distinct().Count()} blocks, the last {absorbed.Max(entry => entry.Block) - told} after the price was sent");
        Assert.Equal(Enumerable.Range(1, Accounts / Fifth).Select(n => AbsorbPoolChain.AccountOf(n * Fifth)).ToHashSet(), absorbed.Select(entry => entry.Account).ToHashSet());
        Assert.All(absorbed, entry => Assert.Equal(scene.Ground.Executor, entry.By));
        Assert.Equal(Accounts / Fifth, absorbed.Count);
    }

    [Fact]
    public async Task Begun_with_a_list_it_absorbs_whom_the_list_or_a_log_since_names()
    {
        await using var scene = await AbsorbPoolChain.StartAsync(Debts);
        // The first half; and one that is no account of the pool's.
        var start = new KnownStart(await scene.Chain.BlockNumberAsync(default) + 1, [.. Enumerable.Range(1, Accounts / 2).Append(9_999).Select(n => AbsorbPoolChain.AccountOf(n).ToString())]);
        await using var keeper = await InProcessKeeper.StartAsync(scene.Setup(start), scene.Place);
        await keeper.UntilReadyAsync();
        await scene.TransmitAsync(90);
        var listed = Enumerable.Range(1, Accounts / 2 / Fifth).Select(n => AbsorbPoolChain.AccountOf(n * Fifth)).ToHashSet();
        await keeper.UntilAsync(async () => (await scene.AbsorbedAsync()).Count >= listed.Count);
        Assert.Equal(listed, (await scene.AbsorbedAsync()).Select(entry => entry.Account).ToHashSet());
        Assert.True(await scene.IsLiquidatableAsync(Accounts), "It is not in the list, and was absorbed.");

        await scene.BorrowAsync((ulong)Accounts - 1, [900]);
        await keeper.UntilAsync(async () => (await scene.AbsorbedAsync()).Any(entry => entry.Account == AbsorbPoolChain.AccountOf(Accounts)));
        Assert.Equal(listed.Count + 1, (await scene.AbsorbedAsync()).Count);
    }
}
