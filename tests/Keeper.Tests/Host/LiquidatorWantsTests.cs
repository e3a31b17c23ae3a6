using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Checks;
using Keeper.Host.Cli;
using Keeper.Host.Contracts;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;
using Keeper.Tests.Support;
using static Keeper.Tests.Support.ScriptedProtocol;

namespace Keeper.Tests.Host;

public sealed class LiquidatorWantsTests
{
    private static readonly Address Pool = AddressOf(1), Weth = AddressOf(2), Usdc = AddressOf(3), Dai = AddressOf(4);
    private static readonly Address Standing = AddressOf(5), Planned = AddressOf(6), Deployed = AddressOf(7), Liquidator = AddressOf(8);

    [Fact]
    public void A_deployed_swapper_takes_the_place_of_those_alone_that_do_not_stand_yet()
    {
        var settings = Settings(CapitalFunding.OwnOrHold, [Route(Weth, Usdc, Standing), Route(Weth, Dai, Planned), Route(Dai, Usdc, default)]);
        Assert.Equal([Standing, Deployed, default], SwappersOf(ExecutorCommand.With(settings, Liquidator, Deployed, new HashSet<Address> { Planned, default })));
        Assert.Equal([Standing, Planned, default], SwappersOf(ExecutorCommand.With(settings, Liquidator, null, new HashSet<Address> { Planned })));

        static IEnumerable<Address> SwappersOf(ProtocolSettings settings) => ((ICapitalUser)settings.Options!).Capital.Routes.Select(route => route.Swapper);
    }

    [Fact]
    public void Own_funds_want_a_budget_for_each_token_of_debt_and_loans_want_none()
    {
        SwapRoute[] routes = [Route(Weth, Usdc, Standing), Route(Dai, Usdc, Standing), Route(Weth, Dai, Standing)];
        Assert.Empty(Assert.Single(LiquidatorWants.Of([Settings(CapitalFunding.Flash, routes)])).Budgets);
        Assert.Equal(
            [new(Pool, Hash32.Zero, Usdc, MayHold: false), new(Pool, Hash32.Zero, Dai, MayHold: false)],
            Assert.Single(LiquidatorWants.Of([Settings(CapitalFunding.Own, routes)])).Budgets);
        Assert.All(Assert.Single(LiquidatorWants.Of([Settings(CapitalFunding.OwnOrHold, routes)])).Budgets, budget => Assert.True(budget.MayHold));
    }

    [Theory]
    [InlineData(0, false, false, false)]
    [InlineData(1, false, false, true)]
    [InlineData(1, false, true, false)]
    [InlineData(0, true, true, false)]
    [InlineData(1, true, true, true)]
    public async Task A_budget_is_given_by_a_cap_and_by_leave_to_hold_where_that_is_wanted(ulong cap, bool mayHold, bool wanted, bool isGiven)
    {
        var chain = new ScriptedChain { Answer = (_, _) => new CallResult.Returned(new AbiWriter().Word(cap).Word(0UL).Word(mayHold).ToArray()) };
        var budget = new LiquidatorBudget(Pool, Hash32.Zero, Usdc, wanted);
        Assert.Equal(isGiven, Assert.Single(await LiquidatorContract.ReadBudgetsAsync(chain, Liquidator, [budget], BlockId.Latest, default)).Covers(budget));
        var proof = Assert.Single(LiquidatorProofs.JudgeBudgets("capital.liquidator", [budget], [isGiven]));
        Assert.Equal(isGiven ? ProofState.Ok : ProofState.Failed, proof.State);
        if (!isGiven) Assert.StartsWith($"setBudget({Pool}, {Hash32.Zero}, {Usdc}, CAP, {(wanted ? "true" : "false")}) by the owner", proof.Expected);
    }

    [Fact]
    public void An_isolated_market_lends_one_token_and_needs_a_budget_in_one()
    {
        var market = new Hash32(UInt256.One);
        LiquidatorBudget[] budgets = [new(Pool, market, Usdc, false), new(Pool, market, Dai, false)];
        Assert.Equal(ProofState.Ok, Assert.Single(LiquidatorProofs.JudgeBudgets("x", budgets, [false, true])).State);
        Assert.Equal(ProofState.Failed, Assert.Single(LiquidatorProofs.JudgeBudgets("x", budgets, [false, false])).State);
        Assert.Equal(2, LiquidatorProofs.JudgeBudgets("x", [.. budgets.Select(budget => budget with { Market = Hash32.Zero })], [false, true]).Count());
    }

    private static SwapRoute Route(Address from, Address to, Address swapper) => new(from, to, swapper, new byte[] { 1 }, 3_000);

    private static ProtocolSettings Settings(CapitalFunding funding, IReadOnlyList<SwapRoute> routes) =>
        new("pool", "aave-v3", Pool, 0, null) { Options = new AaveV3Options(new(Liquidator, funding, 500, routes)) };
}
