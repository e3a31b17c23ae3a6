using System.Text;
using System.Text.Json.Nodes;
using Keeper.Conformance.Chain.Recorded;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Fuzz;

/// <summary>The smallest answers that one client once read in another way than the other. {id} is the request's.</summary>
public sealed class AnswerCases
{
    private const string Refused = "fault Malformed";
    private static readonly Hash32 Zero = default;

    public static TheoryData<string, string, string> Cases => new()
    {
        // Text that is almost JSON, or a part of it.
        { "eth_getBalance", "\ufeff{\"id\":{id},\"result\":\"0x1\"}", Refused },
        { "eth_getBalance", "{\"id\":{id},\"result\":\"0x1\"}/* x */", Refused },
        { "eth_getBalance", "{id:{id},'result':'0x1'}", Refused },
        { "eth_getBalance", "{\"id\":{id},\"result\":\"0x1\",}", Refused },
        { "eth_getBalance", "{\"id\":{id},\"result\":\"0x1\",\"more\":NaN}", Refused },
        // Escapes are the same text.
        { "eth_getBalance", "{\"id\":{id},\"res\\u0075lt\":\"\\u0030x1\"}", "1" },
        // Capitals, and zeros in front.
        { "eth_getBalance", "{\"id\":{id},\"result\":\"0X1\"}", "1" },
        { "eth_getBalance", "{\"id\":{id},\"Result\":\"0x1\"}", Refused },
        { "eth_getTransactionCount", "{\"id\":{id},\"result\":\"0x00000000000000001\"}", Refused },
        { "eth_getTransactionCount", "{\"id\":{id},\"result\":\"0x0000000000000001\"}", "1" },
        // Of a name that comes twice the last one counts.
        { "eth_getBalance", "{\"id\":{id},\"id\":null,\"result\":\"0x1\"}", Refused },
        { "eth_getBalance", "{\"id\":{id},\"error\":{\"code\":5,\"code\":\"x\",\"message\":\"no\",\"message\":1}}", "the node's error 0  " },
        // Empty text is no null.
        { "eth_getTransactionReceipt", "{\"id\":{id},\"result\":\"\"}", Refused },
        { "eth_getTransactionReceipt", Receipt("\"contractAddress\":\"\""), Refused },
        // Members that nobody reads may be of any shape, and those that are read go by their exact name.
        { "eth_getTransactionReceipt", Receipt("\"logsBloom\":{},\"type\":[],\"GasUsed\":\"0x7\",\"$ref\":\"1\""), Read },
        { "eth_getTransactionReceipt", Receipt("\"effectiveGasPrice\":null"), Read },
        { "eth_getTransactionReceipt", Receipt("\"l1Fee\":null"), Read },
        { "eth_getTransactionReceipt", Receipt("\"l1Fee\":\"0x7\""), Read + " l1 fee 7" },
        { "eth_getTransactionReceipt", Receipt("\"l1Fee\":7"), Refused },
        { "eth_getTransactionReceipt", Receipt("\"l1Fee\":\"0x\""), Refused },
        { "eth_getTransactionReceipt", Receipt("\"blockHash\":null"), Refused },
        { "eth_getTransactionReceipt", Receipt($"\"logs\":[{Log("\"removed\":\"true\"")}]"), Refused },
        { "eth_getTransactionReceipt", Receipt($"\"logs\":[{Log("\"removed\":1")}]"), Refused },
        { "eth_feeHistory", Fees("-0.5"), Refused },
        { "eth_feeHistory", Fees("\"0.5\""), Refused },
        { "eth_feeHistory", Fees("18446744073709551616"), "from 1 base fees [1 1] used [1.8446744073709552E+19] rewards []" },
    };

    private static string Read => $"\n receipt {Zero} block 1 {Zero} succeeded gas 1 at 0 created nothing, 0 logs";

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_is_read_alike(string method, string body, string expected)
    {
        var asked = new RecordedAnswer(method, [JsonValue.Create(Zero.ToString())], "result", "null");
        var clients = AnswerFuzz.Clients();
        var readings = await AnswerFuzz.ReadAsync(clients, [asked], firstId => Encoding.UTF8.GetBytes(body.Replace("{id}", $"{firstId}", StringComparison.Ordinal)));
        Assert.All(readings, reading => Assert.Equal(expected, reading));
    }

    private static string Receipt(string last) =>
        $"{{\"id\":{{id}},\"result\":{{\"transactionHash\":\"{Zero}\",\"blockHash\":\"{Zero}\",\"blockNumber\":\"0x1\",\"status\":\"0x1\",\"gasUsed\":\"0x1\",\"logs\":[],{last}}}}}";

    private static string Log(string last) =>
        $"{{\"address\":\"{Address.Zero}\",\"topics\":[],\"data\":\"0x\",\"blockNumber\":\"0x1\",\"blockHash\":\"{Zero}\",\"transactionHash\":\"{Zero}\",\"logIndex\":\"0x0\",{last}}}";

    private static string Fees(string share) => $"{{\"id\":{{id}},\"result\":{{\"oldestBlock\":\"0x1\",\"baseFeePerGas\":[\"0x1\",\"0x1\"],\"gasUsedRatio\":[{share}]}}}}";
}
