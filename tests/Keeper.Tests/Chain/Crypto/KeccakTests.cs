using System.Text;
using Keeper.Chain.Native.Crypto;

namespace Keeper.Tests.Chain.Crypto;

public sealed class KeccakTests
{
    /// <summary>The Keccak team's vectors of the empty and a short message, and lengths around the rate of 136 bytes as go-ethereum hashes them.</summary>
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("testing", "0x5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    [InlineData("The quick brown fox jumps over the lazy dog", "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    public void Hashes_are_those_of_the_original_padding(string message, string hash) => Assert.Equal(hash, Keccak.Hash(Encoding.ASCII.GetBytes(message)).ToString());

    [Theory]
    [InlineData("transfer(address,uint256)", 0xa9059cbbu)]
    [InlineData("balanceOf(address)", 0x70a08231u)]
    [InlineData("baz(uint32,bool)", 0xcdcd77c0u)]
    [InlineData("sam(bytes,bool,uint256[])", 0xa5643bf2u)]
    public void Selectors_are_those_of_the_solidity_documentation(string signature, uint selector) => Assert.Equal(selector, Keccak.Selector(signature));

    [Fact]
    public void An_event_topic_is_the_whole_hash() =>
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", Keccak.Topic("Transfer(address,address,uint256)").ToString());
}
