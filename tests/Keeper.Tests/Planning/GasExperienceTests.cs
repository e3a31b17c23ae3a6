using Keeper.Core.Planning;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using static Keeper.Tests.Support.ScriptedProtocol;

namespace Keeper.Tests.Planning;

public sealed class GasExperienceTests
{
    private static readonly RewardToken Dollar = new(AddressOf(0xd), UInt256.One);
    private static readonly HashSet<Address> Cold = [];
    private readonly GasExperience _experience = new();

    [Fact]
    public void Without_a_receipt_the_adapter_is_believed()
    {
        var calls = Calls(20);
        Assert.Equal(calls, _experience.Expect(calls, Cold));
    }

    [Fact]
    public void The_first_call_to_a_contract_stays_as_dear_as_the_adapter_says()
    {
        _experience.Learn(Calls(20), Used(Calls(20), 50_000));
        var expected = _experience.Expect(Calls(3), Cold);
        // A tenth above what was seen.
        Assert.Equal([100_000, 55_000, 55_000], expected.Select(call => call.ExpectedGas.Value));
        Assert.Equal([55_000, 55_000, 55_000], _experience.Expect(Calls(3), new HashSet<Address> { AddressOf(1) }).Select(call => call.ExpectedGas.Value));
    }

    [Fact]
    public void The_dearest_of_the_last_eight_receipts_counts()
    {
        _experience.Learn(Calls(20), Used(Calls(20), 80_000));
        for (var i = 0; i < 7; i++) _experience.Learn(Calls(20), Used(Calls(20), 30_000));
        Assert.Equal(88_000UL, Warm());
        _experience.Learn(Calls(20), Used(Calls(20), 30_000));
        Assert.Equal(33_000UL, Warm());
    }

    [Theory]
    [InlineData(1, 15_000)]
    [InlineData(400_000, 100_000)]
    public void What_was_learned_is_kept_between_a_floor_and_what_the_adapter_says(ulong used, ulong expected)
    {
        _experience.Learn(Calls(20), Used(Calls(20), used));
        Assert.Equal(expected, Warm());
    }

    [Fact]
    public void Few_calls_or_calls_of_two_functions_teach_nothing()
    {
        _experience.Learn(Calls(7), Used(Calls(7), 10_000));
        LiquidationCall[] mixed = [.. Calls(10), .. Calls(10, target: 2)];
        _experience.Learn(mixed, Used(mixed, 10_000));
        Assert.Equal(100_000UL, Warm());
    }

    [Fact]
    public void Another_function_of_the_same_contract_is_not_judged_by_it()
    {
        _experience.Learn(Calls(20), Used(Calls(20), 10_000));
        Assert.Equal(100_000UL, _experience.Expect(Calls(2, selector: 9), Cold)[1].ExpectedGas.Value);
    }

    [Fact]
    public void What_was_forgotten_is_the_adapters_word_again()
    {
        _experience.Learn(Calls(20), Used(Calls(20), 10_000));
        _experience.Forget(_experience.Expect(Calls(2), Cold));
        Assert.Equal(100_000UL, Warm());
    }

    private ulong Warm() => _experience.Expect(Calls(2), Cold)[1].ExpectedGas.Value;

    /// <summary>What a receipt tells of a transaction whose first call needed what the adapter said, and each other this much: a fifth was refunded.</summary>
    private static Gas Used(LiquidationCall[] calls, ulong each) => new((ExecutorGas.Around(calls).Value + calls[0].ColdGas.Value + each * (ulong)(calls.Length - 1)) / 5 * 4);

    private static LiquidationCall[] Calls(int count, ulong target = 1, byte selector = 1) =>
        [.. Enumerable.Repeat(new LiquidationCall(AddressOf(target), new byte[] { 0, 0, 0, selector }, new Gas(200_000), new Gas(100_000), Dollar, UInt256.Zero, "close"), count)];
}
