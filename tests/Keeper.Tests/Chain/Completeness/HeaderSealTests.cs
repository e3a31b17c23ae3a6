using System.Text;
using System.Text.Json.Nodes;
using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Nodes;

namespace Keeper.Tests.Chain.Completeness;

public sealed class HeaderSealTests
{
    [Fact]
    public void A_real_header_hashes_to_its_block() => Assert.True(UnichainBlock.Header.Logs!.IsSealed);

    [Fact]
    public void Every_member_that_is_hashed_is_guarded()
    {
        foreach (var name in JsonNode.Parse(UnichainBlock.HeaderJson)!.AsObject().Select(member => member.Key).ToArray())
        {
            Assert.False(Altered(json => json[name] = Flipped(json[name]!.GetValue<string>())).Logs!.IsSealed, name);
        }
    }

    [Fact]
    public void Members_in_any_order_with_leading_zeros_or_beside_them_change_nothing()
    {
        Assert.True(Altered(json =>
        {
            json["size"] = "0x5c8";
            json["transactions"] = new JsonArray();
            json["difficulty"] = "0x00";
            json["l1BlockNumber"] = "0x7";
            var number = json["number"]!.DeepClone();
            json.Remove("number");
            json["number"] = number;
        }).Logs!.IsSealed);
    }

    [Theory]
    [InlineData("stateRoot")]
    [InlineData("requestsHash")]
    public void A_header_that_lacks_a_member_is_read_and_not_sealed(string name) => Assert.False(Altered(json => json.Remove(name)).Logs!.IsSealed);

    [Theory]
    [InlineData("extraData", "7")]
    [InlineData("extraData", "0x7")]
    [InlineData("mixHash", "0xzz")]
    public void A_header_with_a_member_that_is_no_hex_is_read_and_not_sealed(string name, string value) => Assert.False(Altered(json => json[name] = value).Logs!.IsSealed);

    /// <summary>The true member for the hash, and another one behind it for the reader.</summary>
    [Theory]
    [InlineData("logsBloom")]
    [InlineData("receiptsRoot")]
    public void A_member_that_comes_twice_breaks_the_seal(string name)
    {
        var value = JsonNode.Parse(UnichainBlock.HeaderJson)![name]!.GetValue<string>();
        Assert.False(Read(Appended(name, value)).Logs!.IsSealed);
        Assert.False(Read(Appended(name, Flipped(value))).Logs!.IsSealed);
    }

    [Theory]
    [InlineData("logs\\u0042loom", "0x00")]
    [InlineData("logsBloom", "0\\u007800")]
    public void A_member_in_disguise_is_refused(string name, string value) => Assert.Throws<MalformedAnswerException>(() => Read(Appended(name, value)));

    [Theory]
    [InlineData("logsBloom")]
    [InlineData("receiptsRoot")]
    public void A_header_without_bloom_or_root_says_nothing_of_logs(string name) => Assert.Null(Altered(json => json[name] = null).Logs);

    private static BlockHeader Altered(Action<JsonObject> alter)
    {
        var json = JsonNode.Parse(UnichainBlock.HeaderJson)!.AsObject();
        alter(json);
        return Read(json.ToJsonString());
    }

    private static BlockHeader Read(string json) => Wire.Read(Encoding.UTF8.GetBytes(json), BlockJson.Read);

    /// <summary>The real header with one member more, in the very letters that are given.</summary>
    private static string Appended(string name, string value) => $"{UnichainBlock.HeaderJson.TrimEnd()[..^1]},\"{name}\":\"{value}\"}}";

    /// <summary>Its last digit, or the empty data with a byte.</summary>
    private static string Flipped(string hex) => hex.Length == 2 ? "0x01" : hex[..^1] + (hex[^1] == '0' ? '1' : '0');
}
