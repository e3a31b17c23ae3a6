using Keeper.Core.Primitives;

namespace Keeper.Tests.Primitives;

public sealed class UnitsTests
{
    [Fact]
    public void Gas_at_a_price_is_wei() => Assert.Equal(new Wei(UInt256.Parse("630000000000000")), Wei.FromGwei(30) * new Gas(21_000));

    [Fact]
    public void Units_overflow_rather_than_wrap()
    {
        Assert.Throws<OverflowException>(() => new Wei(UInt256.MaxValue) + new Wei(UInt256.One));
        Assert.Throws<OverflowException>(() => Wei.Zero - new Wei(UInt256.One));
        Assert.Throws<OverflowException>(() => new Gas(ulong.MaxValue) + new Gas(1));
        Assert.Throws<OverflowException>(() => new Gas(0) - new Gas(1));
        Assert.Throws<OverflowException>(() => new Usd(Int256.MaxValue) + new Usd(Int256.One));
    }

    [Fact]
    public void Dollars_are_shown_with_their_sign() => Assert.Equal("-2.50", new Usd((Int256)(-2_500_000_000_000_000_000L)).ToString());
}
