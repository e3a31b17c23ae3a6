using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Tests.Submission;
using Keeper.Tests.Support;

namespace Keeper.Tests.Host;

/// <summary>What all prices and values are in is named in the configuration, compared with what feeds say, and written into the books.</summary>
public sealed class CurrencyTests
{
    private static readonly Address Feed = ScriptedProtocol.AddressOf(0xfeed);

    [Fact]
    public void It_is_the_dollar_where_nothing_is_said_and_what_the_profile_names_otherwise()
    {
        Assert.Equal("USD", Load(null).Options!.Chain.Profile.Currency);
        Assert.Equal("ETH", Load("ETH").Options!.Chain.Profile.Currency);
        Assert.Contains(Load("eth").Errors, error => error.Field.EndsWith("currency", StringComparison.Ordinal) && error.Problem == "is eth");
    }

    [Fact]
    public void A_pool_whose_limits_are_written_in_dollars_is_refused_with_another()
    {
        Assert.Empty(Load("USD", ConfigFolder.AaveV3).Errors);
        var error = Assert.Single(Load("ETH", ConfigFolder.AaveV3).Errors);
        Assert.Equal(("protocols", "names refperps, whose prices are in USD"), (error.Field, error.Problem));
        Assert.Empty(Load("ETH", ConfigFolder.MorphoBlue).Errors);
    }

    [Theory]
    [InlineData("ETH / USD", "USD", ProofState.Ok)]
    [InlineData("Capped wstETH / stETH / usd", "USD", ProofState.Ok)]
    [InlineData("ETH / EUR", "USD", ProofState.Warning)]
    [InlineData("USDC / USD", "ETH", ProofState.Warning)]
    [InlineData("ether", "USD", null)]
    public void A_feed_that_calls_itself_otherwise_is_told(string description, string currency, object? state)
    {
        var answer = new CallResult.Returned(new AbiWriter().Bytes(Encoding.ASCII.GetBytes(description)).ToArray());
        Assert.Equal(state, CurrencyProofs.Judge("nativePriceFeed", Feed, answer, currency)?.State);
    }

    [Fact]
    public void A_feed_without_a_description_is_passed_over()
    {
        Assert.Null(CurrencyProofs.Judge("x", Feed, new CallResult.Reverted(default), "USD"));
        Assert.Null(CurrencyProofs.Judge("x", Feed, new CallResult.Returned(new byte[31]), "USD"));
    }

    [Theory]
    [InlineData("ETH", "ETH")]
    [InlineData("USD", null)]
    public async Task An_intent_is_journalled_with_what_its_values_are_in(string currency, string? written)
    {
        var scene = await SenderScene.StartAsync(profile: TestProfile.Fast with { BlockTime = TimeSpan.FromSeconds(12), Currency = currency });
        await scene.OfferAsync("1");
        var intent = Assert.Single(scene.Journal.All<JournalEntry.Intended>());
        Assert.Equal((written, currency), (intent.Currency, intent.InCurrency));
    }

    private static LoadResult Load(string? currency, string? protocol = null)
    {
        using var folder = new ConfigFolder();
        if (currency is not null) folder.Chain["currency"] = currency;
        folder.Write("chains/31337.json", folder.Chain);
        if (protocol is not null) File.WriteAllText(folder.In("protocols/refperps.json"), protocol);
        return KeeperConfig.Load(folder.File, Needs.Executor, folder.Environment);
    }
}
