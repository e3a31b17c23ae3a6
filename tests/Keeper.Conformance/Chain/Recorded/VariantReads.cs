using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Conformance.Chain.Recorded;

/// <summary>
/// The reads of <c>Files/hand-written.jsonl</c>: answers in the shapes of nodes that the tests do not start. Each line of it names its node; none is a
/// recording. Which shape a read is of is told by a number: the height, the hash or the address that it asks for.
/// </summary>
internal static class VariantReads
{
    public static async Task<string> ReadAsync(IChainClient client, CancellationToken cancellation)
    {
        var text = new ReadText();
        await text.ReadAsync("chain id with leading zeros", () => client.GetChainIdAsync(cancellation), id => $"{id}");
        foreach (var (number, node) in ((ulong, string)[])[
            (0x101, "Geth"), (0x102, "Erigon, with whole transactions"), (0x103, "Nethermind, in upper case"), (0x104, "OP stack"), (0x105, "Arbitrum"), (0x106, "before EIP-1559"), (0x107, "with a base fee of null"),
            (0x108, "with leading zeros"), (0x109, "null"), (0x10a, "an error in place of null")])
            await text.ReadAsync($"header: {node}", () => client.GetHeaderAsync(BlockId.At(number), cancellation), ReadText.Of);

        foreach (var (number, node) in ((uint, string)[])[
            (0x201, "Geth, with blob fields"), (0x202, "OP stack, with the fee of L1"), (0x203, "Arbitrum"), (0x204, "without effective price"), (0x205, "without contract address"), (0x206, "in upper case"),
            (0x207, "pending"), (0x208, "none"), (0x209, "logs without removed, with time"), (0x20a, "Nethermind, with an error")])
            await text.ReadAsync($"receipt: {node}", () => client.GetReceiptsAsync([new Hash32((UInt256)number)], cancellation), ReadText.Of);

        foreach (var (number, node) in ((uint, string)[])[(0x301, "Geth, with the time of the block"), (0x302, "without removed"), (0x303, "in upper case"), (0x304, "of a gateway, not in order"), (0x305, "with leading zeros"), (0x306, "none")])
            await text.ReadAsync($"logs: {node}", () => client.GetLogsAsync(new LogFilter([AddressOf(number)], [new Hash32((UInt256)0xfeedu)]), 1, 9, cancellation), ReadText.Of);

        foreach (var (number, node) in ((uint, string)[])[
            (0x401, "Geth, a reason"), (0x402, "Geth, a custom error"), (0x403, "Geth, no data"), (0x404, "Nethermind, in the data"), (0x405, "Nethermind, old"), (0x406, "Erigon"), (0x407, "Besu"), (0x408, "Hardhat, nested"),
            (0x409, "a gateway, nested twice"), (0x40a, "Arbitrum, no data"), (0x40b, "an invalid opcode"), (0x40c, "data of null"), (0x40d, "out of gas"), (0x40e, "too little money"), (0x40f, "a cap of the node"), (0x410, "in upper case"), (0x411, "nothing")])
            await text.ReadAsync($"call: {node}", () => client.CallAsync([new CallRequest(AddressOf(number), new byte[] { 1 })], BlockId.Latest, cancellation), ReadText.Of);

        await text.ReadAsync("balance with leading zeros", () => client.GetBalanceAsync(AddressOf(0x501), BlockId.Latest, cancellation), wei => $"{wei.Value}");
        await text.ReadAsync("balance in upper case", () => client.GetBalanceAsync(AddressOf(0x502), BlockId.Latest, cancellation), wei => $"{wei.Value}");
        await text.ReadAsync("storage without leading zeros", () => client.GetStorageAsync([new(AddressOf(0x501), UInt256.Zero)], BlockId.Latest, cancellation), words => $"{words[0]}");
        await text.ReadAsync("code in upper case", () => client.GetCodeAsync(AddressOf(0x501), BlockId.Latest, cancellation), ReadText.Of);
        await text.ReadAsync("balance at a pruned block", () => client.GetBalanceAsync(AddressOf(0x501), BlockId.At(2), cancellation), wei => $"{wei.Value}");

        await text.ReadAsync("fee history: Geth, with blob fields", () => client.GetFeeHistoryAsync(2, [50], cancellation), ReadText.Of);
        await text.ReadAsync("fee history: rewards of null", () => client.GetFeeHistoryAsync(1, [50], cancellation), ReadText.Of);
        await text.ReadAsync("fee history: rewards left out, shares as integers", () => client.GetFeeHistoryAsync(3, [], cancellation), ReadText.Of);
        return text.ToString();
    }

    private static Address AddressOf(uint number)
    {
        Span<byte> word = stackalloc byte[32];
        new Hash32((UInt256)number).CopyTo(word);
        return new Address(word[12..]);
    }
}
