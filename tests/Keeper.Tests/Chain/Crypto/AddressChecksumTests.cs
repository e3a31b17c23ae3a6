using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Crypto;

public sealed class AddressChecksumTests
{
    /// <summary>The examples of EIP-55.</summary>
    [Theory]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE7")]
    [InlineData("0x8617E340B3D01FA5F11F306F4090FD50E238070D")]
    [InlineData("0xde709f2102306220921060314715629080e2fb77")]
    [InlineData("0x27b1fdb04752bbc536007a920d24acb045561c26")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359")]
    [InlineData("0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB")]
    [InlineData("0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb")]
    public void Letters_are_in_the_case_of_eip_55(string text)
    {
        Assert.Equal(text, AddressChecksum.Format(Address.Parse(text)));
        Assert.True(AddressChecksum.IsAcceptable(text));
        Assert.True(AddressChecksum.IsAcceptable("0x" + text[2..].ToLowerInvariant()));
    }

    [Theory]
    [InlineData("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe")]
    [InlineData("")]
    public void A_wrong_checksum_or_length_is_refused(string text) => Assert.False(AddressChecksum.IsAcceptable(text));
}
