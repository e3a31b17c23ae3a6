#if PROMETHEUS_NET
using Keeper.Host.Metrics;

namespace Keeper.Tests.Metrics;

public sealed class PrometheusNetExpositionTests : ExpositionContract
{
    private protected override IExposition Create() => new PrometheusNetExposition();

    [Fact]
    public void A_build_with_the_package_uses_it() => Assert.IsType<PrometheusNetExposition>(PrometheusNet.Create());

    [Fact]
    public async Task The_library_adds_nothing_of_its_own()
    {
        Meter.CreateCounter<long>("keeper_a_total").Add(1);
        Assert.All(Exposition.Names(await RenderAsync()), name => Assert.StartsWith("keeper_", name));
    }
}
#endif
