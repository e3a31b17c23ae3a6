using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Cli;
using Keeper.Host.Contracts;
using Keeper.Protocols.AaveV3;
using Keeper.Protocols.Capital;
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

    private static SwapRoute Route(Address from, Address to, Address swapper) => new(from, to, swapper, new byte[] { 1 }, 3_000);

    private static ProtocolSettings Settings(CapitalFunding funding, IReadOnlyList<SwapRoute> routes) =>
        new("pool", "aave-v3", Pool, 0, null) { Options = new AaveV3Options(new(Liquidator, funding, 500, routes)) };
}
