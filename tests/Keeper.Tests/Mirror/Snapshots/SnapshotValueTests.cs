using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Mirror.Snapshots;

public sealed class SnapshotValueTests
{
    [Fact]
    public void Every_number_is_read_as_it_was_written()
    {
        foreach (var bits in Enumerable.Range(0, 257))
        {
            var power = bits == 256 ? UInt256.MaxValue : UInt256.One << bits;
            foreach (var value in (UInt256[])[power, bits == 256 ? power : power - UInt256.One])
            {
                Assert.Equal(value, Read(writer => writer.Unsigned(value), (ref SnapshotReader reader) => reader.Unsigned()));
                var signed = Int256.FromBits(value);
                Assert.Equal(signed, Read(writer => writer.Signed(signed), (ref SnapshotReader reader) => reader.Signed()));
                var low = value.Limb(0);
                Assert.Equal(low, Read(writer => writer.Number(low), (ref SnapshotReader reader) => reader.Number()));
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x80, 0x00 })] // zero in two bytes
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02 })] // above 64 bits
    [InlineData(new byte[] { 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01 })]
    [InlineData(new byte[] { 0x80 })]
    public void A_number_in_another_form_is_refused(byte[] bytes) => Assert.Throws<SnapshotException>(() => new SnapshotReader(bytes).Number());

    [Theory]
    [InlineData(new byte[] { 33 })]
    [InlineData(new byte[] { 2, 1, 0 })] // a leading zero
    [InlineData(new byte[] { 2, 1 })]
    public void A_wide_number_in_another_form_is_refused(byte[] bytes) => Assert.Throws<SnapshotException>(() => new SnapshotReader(bytes).Unsigned());

    [Theory]
    [InlineData(new byte[] { 1 })] // minus zero
    [InlineData(new byte[] { 66 })]
    public void A_signed_number_in_another_form_is_refused(byte[] bytes) => Assert.Throws<SnapshotException>(() => new SnapshotReader(bytes).Signed());

    [Fact]
    public void A_count_is_bounded_by_the_bytes_that_are_left()
    {
        Assert.Equal(2, new SnapshotReader([2, 0, 0, 0, 0]).Count(bytesEach: 2));
        Assert.Throws<SnapshotException>(() => new SnapshotReader([3, 0, 0, 0, 0]).Count(bytesEach: 2));
    }

    [Fact]
    public void Bytes_of_any_kind_are_refused_or_read_and_never_more()
    {
        Prop.ForAll(Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf().ToArbitrary(), bytes =>
        {
            var reader = new SnapshotReader(bytes);
            try
            {
                while (reader.Remaining > 0)
                {
                    switch (bytes[0] % 4)
                    {
                        case 0: reader.Number(); break;
                        case 1: reader.Signed(); break;
                        case 2: reader.Unsigned(); break;
                        default: reader.Text(); break;
                    }
                }
            }
            catch (SnapshotException)
            {
                return true;
            }
            return reader.Remaining == 0;
        }).QuickCheckThrowOnFailure();
    }

    private delegate T Reading<T>(ref SnapshotReader reader);

    private static T Read<T>(Action<SnapshotWriter> write, Reading<T> read)
    {
        using var stream = new MemoryStream();
        using var writer = new SnapshotWriter(stream);
        write(writer);
        writer.End();
        var reader = new SnapshotReader(stream.ToArray());
        var value = read(ref reader);
        reader.RequireEnd();
        return value;
    }
}
