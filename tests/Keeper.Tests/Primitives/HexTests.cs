using FsCheck;
using FsCheck.Fluent;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Primitives;

public sealed class HexTests
{
    [Fact]
    public void Bytes_are_read_back_in_any_letter_case() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            var text = Hex.Encode(bytes);
            var exact = new byte[bytes.Length];
            return text == text.ToLowerInvariant() && Hex.Decode(text).SequenceEqual(bytes)
                && Hex.Decode("0X" + text[2..].ToUpperInvariant()).SequenceEqual(bytes)
                && Hex.TryDecodeExact(text, exact) && exact.SequenceEqual(bytes)
                && !Hex.TryDecodeExact(text, new byte[bytes.Length + 1]);
        }));

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0x0")]
    [InlineData("0x0g")]
    [InlineData("0x 0")]
    [InlineData("x00")]
    public void Text_that_is_no_hex_is_refused(string text)
    {
        Assert.Throws<FormatException>(() => Hex.Decode(text));
        Assert.False(Hex.TryDecodeExact(text, new byte[1]));
    }

    [Fact]
    public void Nothing_is_not_hex() => Assert.False(Hex.TryDecodeExact(null, []));

    [Fact]
    public void An_address_and_a_hash_are_their_bytes() => Words.Hold((a, b) =>
    {
        Span<byte> word = stackalloc byte[32], other = stackalloc byte[32];
        a.WriteBigEndian(word);
        b.WriteBigEndian(other);
        var (address, otherAddress) = (new Address(word[12..]), new Address(other[12..]));
        var (hash, otherHash) = (new Hash32(word), new Hash32(other));
        return address.ToArray().AsSpan().SequenceEqual(word[12..]) && Address.Parse(address.ToString()) == address
            && Address.Parse("0x" + address.ToString()[2..].ToUpperInvariant()) == address
            && Math.Sign(address.CompareTo(otherAddress)) == Math.Sign(word[12..].SequenceCompareTo(other[12..]))
            && address == otherAddress == word[12..].SequenceEqual(other[12..]) && address.Equals((object)new Address(word[12..]))
            && address.GetHashCode() == new Address(word[12..]).GetHashCode()
            && hash.Word == a && hash.ToArray().AsSpan().SequenceEqual(word) && Hash32.Parse(hash.ToString()) == hash
            && Math.Sign(hash.CompareTo(otherHash)) == Math.Sign(word.SequenceCompareTo(other)) && hash == otherHash == (a == b);
    }, 5_000);

    [Theory]
    [InlineData("0x00000000000000000000000000000000000000a", false)]
    [InlineData("0x00000000000000000000000000000000000000aaa", false)]
    [InlineData("00000000000000000000000000000000000000aa", false)]
    [InlineData("0x00000000000000000000000000000000000000ag", false)]
    [InlineData("0x00000000000000000000000000000000000000aa ", false)]
    [InlineData("0x00000000000000000000000000000000000000aA", true)]
    public void An_address_has_40_digits(string text, bool valid)
    {
        Assert.Equal(valid, Address.TryParse(text, out var address));
        Assert.Equal(!valid, address.IsZero);
        if (!valid) Assert.Throws<FormatException>(() => Address.Parse(text));
    }

    [Fact]
    public void A_hash_has_64_digits()
    {
        var digits = new string('a', 64);
        Assert.True(Hash32.TryParse("0x" + digits, out _));
        Assert.False(Hash32.TryParse(digits, out _));
        Assert.False(Hash32.TryParse("0x" + digits[1..], out _));
        Assert.False(Hash32.TryParse("0x" + digits + "a", out _));
        Assert.Throws<FormatException>(() => Hash32.Parse("0x" + digits[1..] + "g"));
    }

    [Fact]
    public void Another_number_of_bytes_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new Address(new byte[19]));
        Assert.Throws<ArgumentException>(() => new Address(new byte[21]));
        Assert.Throws<ArgumentException>(() => new Hash32(new byte[31]));
    }
}
