using Keeper.Chain.Native.Rpc;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Completeness;
using Keeper.Core.Primitives;

namespace Keeper.Tests.Chain.Completeness;

/// <summary>Block 35535698 of Unichain Sepolia, an OP stack chain after Isthmus: a deposit, a call without logs and four calls with one log each.</summary>
internal static class UnichainBlock
{
    /// <summary>After the first two, three, four and five transactions, as its builder announced the block piece by piece, and of all six.</summary>
    public static readonly string[] Roots =
    [
        "0x91d8ad10740ccfc1bd848fba0e02668d95769c08eeea30f10698692ba86c6159",
        "0x1eaaaeb9d43bead7d32b90f1b320589174c63d2fa8f5fd366f841a205b1eb2e0",
        "0x0fff0488aa3732c34018b938839ab2f0caa96018221e4ffaeca011fb06ba288f",
        "0xa62d1d98f56ffb1464a2beb185484253df68208004306e155c0bd1519137afe6",
        "0x588e1d47b0618d7e935b20c3945cba3b7b8c00141904f79ceed20312ea502e63",
    ];

    public static readonly string HeaderJson = $$"""
        {
        "baseFeePerGas": "0x33",
        "blobGasUsed": "0x0",
        "difficulty": "0x0",
        "excessBlobGas": "0x0",
        "extraData": "0x00000000320000000c",
        "gasLimit": "0x3938700",
        "gasUsed": "0x32138",
        "hash": "0xc463a3120c35268f610d969f5608b479332ef10953af77c7a6be806195831196",
        "miner": "0x4200000000000000000000000000000000000011",
        "mixHash": "0x8beee738d20a9d77c5f27e9cb799ebe5b536f0985efad5f7d77ebff47f092c4a",
        "nonce": "0x0000000000000000",
        "number": "0x21e3b52",
        "parentBeaconBlockRoot": "0xf6d335a6b2b4fd8fb539cd51a49769df4d53c31a90c54dd270e54542638ff101",
        "parentHash": "0x06ff95a9cd23b0328da74a984aa986b2e01d377dab1825f1029e39ece6c4a3ea",
        "receiptsRoot": "0x588e1d47b0618d7e935b20c3945cba3b7b8c00141904f79ceed20312ea502e63",
        "requestsHash": "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "sha3Uncles": "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
        "stateRoot": "0x5615e4342d231c352438f0ba6a8f0f641459f67961961764b781a909969b28ad",
        "timestamp": "0x690be89e",
        "transactionsRoot": "0x3dc5956bbd482687508f25d0e057282192067bb0eb80b2ac869320ef7f45cdeb",
        "withdrawalsRoot": "0x62ed62e0391b081bf172f287fbbe75e87d8a6c22f1d3b1f1aef4788c134633d2",
        "logsBloom": "{{Bloom}}"
        }
        """;

    public static Address Emitter { get; } = Address.Parse("0xf878f0340bf132c28f3211e8b46c569edf817495");
    public static Hash32 Topic { get; } = Hash32.Parse("0xfaddd0b06e793a583e92393ad3f98637e560462ee98db1f2888f141124ee64ca");

    /// <summary>The block's: six bits, three of the contract and three of the topic.</summary>
    public static string Bloom => Hex.Encode(BloomBytes());

    public static BlockHeader Header => Wire.Read(System.Text.Encoding.UTF8.GetBytes(HeaderJson), BlockJson.Read);

    public static IReadOnlyList<BlockReceipt> Receipts =>
    [
        new(0x7e, true, 0xb41c, [], 0x21e3b52, 1),
        new(2, true, 0x10994, []),
        new(2, true, 0x18f7d, [LogOf(0x29ac5c)]),
        new(2, true, 0x21566, [LogOf(0x29ac5d)]),
        new(2, true, 0x29b4f, [LogOf(0x29ac5e)]),
        new(2, true, 0x32138, [LogOf(0x29ac5f)]),
    ];

    /// <summary>What no root covers is left zero.</summary>
    private static Log LogOf(uint value) =>
        new(Emitter, 1, Topic, default, default, default, new Hash32((UInt256)value).ToArray(), 0, default, default, 0);

    private static byte[] BloomBytes()
    {
        var bits = new byte[256];
        foreach (var (index, value) in ((int, byte)[])[(59, 0x20), (63, 0x01), (135, 0x04), (193, 0x04), (219, 0x04), (220, 0x04)]) bits[index] = value;
        return bits;
    }
}
