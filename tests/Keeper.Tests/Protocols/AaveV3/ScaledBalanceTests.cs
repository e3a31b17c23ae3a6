using Keeper.Core.Mirror;
using Keeper.Core.Primitives;
using Keeper.Protocols.AaveV3;

namespace Keeper.Tests.Protocols.AaveV3;

/// <summary>Tokens that mint and burn as ScaledBalanceTokenBase of each version does, and what their events give back.</summary>
public sealed class ScaledBalanceTests
{
    [Theory]
    [InlineData(false, 11)]
    [InlineData(true, 12)]
    public void From_the_difference_of_balances_the_scaled_balance_is_found_exactly(bool isDebt, int seed)
    {
        var random = new Random(seed);
        var profile = Profile.Of(10);
        var (scaled, lastIndex, index) = (UInt256.Zero, AaveWorld.Ray, AaveWorld.Ray);
        for (var step = 0; step < 5_000; step++)
        {
            index += index / (ulong)random.Next(1_000, 1_000_000_000);
            var isMint = random.Next(2) == 0 || scaled.IsZero;
            var change = isMint ? Amount(random) : UInt256.Min(scaled, Amount(random));
            var after = isMint ? scaled + change : scaled - change;
            var (before, next) = (Balance(scaled, lastIndex), Balance(after, index));
            var increase = Balance(scaled, index) - before;
            // A burn of less than has accrued is told as a mint.
            var isToldAsMint = next > before || isMint;
            var told = new BalanceChanged(AaveWorld.Alice, isToldAsMint ? next - before : before - next, increase, index);
            Assert.Equal(after, ScaledBalance.After(profile, isDebt, scaled, told, isToldAsMint));
            (scaled, lastIndex) = (after, index);
        }

        UInt256 Balance(UInt256 of, UInt256 at) => isDebt ? AaveMath.MulDivUp(of, at, AaveMath.Ray) : AaveMath.MulDivDown(of, at, AaveMath.Ray);
    }

    [Fact]
    public void In_the_first_version_the_amount_is_told_and_scaled_half_up()
    {
        var index = AaveWorld.Ray * 3UL / 2UL;
        var profile = Profile.Of(1);
        Assert.Equal((UInt256)(1_000 + 67), ScaledBalance.After(profile, false, 1_000UL, new(AaveWorld.Alice, 105UL, 5UL, index), isMint: true));
        Assert.Equal((UInt256)(1_000 - 67), ScaledBalance.After(profile, false, 1_000UL, new(AaveWorld.Alice, 95UL, 5UL, index), isMint: false));
        Assert.Equal((UInt256)(1_000 - 67), ScaledBalance.After(profile, false, 1_000UL, new(AaveWorld.Alice, 20UL, 120UL, index), isMint: true));
    }

    [Fact]
    public void A_burn_of_more_than_is_there_has_no_balance() =>
        Assert.Null(ScaledBalance.After(Profile.Of(10), false, 5UL, new(AaveWorld.Alice, 6UL, 0UL, AaveWorld.Ray), isMint: false));

    [Fact]
    public void An_unknown_revision_is_refused_by_name_and_the_known_ones_are_told()
    {
        var error = Assert.Throws<MirrorException>(() => Profile.Of(12));
        Assert.Equal("POOL_REVISION 12 is not known; known are 1 (3.0), 9 (3.5), 10 (3.6), 11 (3.7).", error.Message);
    }

    private static UInt256 Amount(Random random) => (UInt256)(ulong)random.NextInt64(1, long.MaxValue) * (random.Next(3) == 0 ? 1_000_000_000UL : 1UL);
}
