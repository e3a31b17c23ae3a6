using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Tests.Support;

namespace Keeper.Tests.Planning;

public sealed class ExecutorGasTests
{
    [Fact]
    public void The_limit_leaves_the_dearest_call_its_63_of_64_parts_after_all_others_have_run()
    {
        var calls = new[] { ScriptedProtocol.Call(Usd.Zero, 200_000, 300_000), ScriptedProtocol.Call(Usd.Zero, 400_000, 2_000_000), ScriptedProtocol.Call(Usd.Zero, 100_000, 150_000) };
        var limit = ExecutorGas.Limit(calls).Value;
        // Even where the dearest comes last and the others have used what was expected of them.
        var left = limit - 90_000 - calls.Aggregate(0UL, (sum, call) => sum + 15_000 + call.ExpectedGas.Value) + 400_000;
        Assert.True(left * 63 / 64 >= 2_000_000 + 120_000, $"{left}");
    }

    [Fact]
    public void Another_call_and_longer_data_cost_more()
    {
        var call = ScriptedProtocol.Call(Usd.Zero);
        var longer = call with { Data = new byte[104] };
        Assert.True(ExecutorGas.Expected([call, call]) > ExecutorGas.Expected([call]));
        Assert.Equal(1_600UL, (ExecutorGas.Expected([longer]) - ExecutorGas.Expected([call])).Value);
    }
}
