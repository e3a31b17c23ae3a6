using Keeper.Protocols.Declared.Abi;

namespace Keeper.Tests.Protocols.Declared;

public class AbiSignatureTests
{
    [Theory]
    [InlineData("transfer(address to, uint256 amount) returns (bool)", "transfer(address,uint256)")]
    [InlineData("function getAccount(uint256 id) external view returns ((address owner, uint32[] markets) memory account)", "getAccount(uint256)")]
    [InlineData("event Moved ( tuple(uint128 a, uint32 b)[2] parts , bytes32 indexed id)", "Moved((uint128,uint32)[2],bytes32)")]
    [InlineData("f()", "f()")]
    [InlineData("set(bytes,string,int8[][3])", "set(bytes,string,int8[][3])")]
    public void A_signature_is_read_as_it_is_hashed(string text, string canonical) => Assert.Equal(canonical, AbiSignature.Parse(text).Canonical);

    [Theory]
    [InlineData("", "no name")]
    [InlineData("balanceOf", "no '('")]
    [InlineData("f(uint256", "no ')'")]
    [InlineData("f(uint a)", "write uint256")]
    [InlineData("f(uint7)", "the type uint7")]
    [InlineData("f(uint264)", "the type uint264")]
    [InlineData("f(uint08)", "the type uint08")]
    [InlineData("f(bytes33)", "the type bytes33")]
    [InlineData("f(fixed128x18)", "the type fixed128x18")]
    [InlineData("f(uint256[0])", "an array of 0")]
    [InlineData("f(uint256[65])", "an array of 65")]
    [InlineData("f(uint8[1][1][1])", "an array of arrays of arrays")]
    [InlineData("f(())", "a tuple of nothing")]
    [InlineData("f(uint256 a, uint256 a)", "a name that stands twice")]
    [InlineData("f(uint256) returns (uint256) 3", "something that is not expected")]
    [InlineData("f((((((uint256))))))", "tuples more than")]
    public void What_is_none_is_refused_and_told_why(string text, string why) => Assert.Contains(why, Assert.Throws<FormatException>(() => AbiSignature.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Names_and_indexed_are_kept()
    {
        var signature = AbiSignature.Parse("Opened(uint256 indexed id, address owner, (uint8 a, bool b) both)");
        Assert.Equal(["id", "owner", "both"], signature.Inputs.Select(input => input.Name));
        Assert.Equal([true, false, false], signature.Inputs.Select(input => input.IsIndexed));
    }
}
