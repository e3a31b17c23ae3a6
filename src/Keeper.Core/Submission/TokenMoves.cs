using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;

namespace Keeper.Core.Submission;

/// <summary>What a receipt says that tokens did, pure.</summary>
public static class TokenMoves
{
    /// <summary>More tokens than any liquidation touches: then somebody fills the receipt on purpose.</summary>
    public const int MaxTokens = 64;

    /// <summary><c>Transfer(address,address,uint256)</c> of ERC-20.</summary>
    public static readonly Hash32 TransferTopic = Hash32.Parse("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

    /// <summary>By token, in the order of their first event. What the executor pays out is not counted: it pays the treasury, which is ours.</summary>
    /// <param name="ours">The executor, and what deals on its behalf.</param>
    /// <returns>Null where there are more tokens than are kept.</returns>
    /// <exception cref="AbiException">A log is not what its event says.</exception>
    /// <exception cref="OverflowException">Amounts that no token has.</exception>
    public static IReadOnlyList<(Address Token, UInt256 In, UInt256 Out)>? Of(Receipt receipt, Address executor, IReadOnlySet<Address> ours)
    {
        var moved = new OrderedDictionary<Address, (UInt256 In, UInt256 Out)>();
        // With a fourth topic it is no amount, but the number of a thing.
        foreach (var log in receipt.Logs.Where(log => log.TopicCount == 3 && log.Topic0 == TransferTopic))
        {
            var (from, to) = (AbiReader.ToAddress(log.Topic1.Word), AbiReader.ToAddress(log.Topic2.Word));
            if (from == executor || ours.Contains(from) == ours.Contains(to)) continue;
            var amount = new AbiReader(log.Data.Span).ReadUInt256();
            var (into, outOf) = moved.TryGetValue(log.Address, out var known) ? known : (UInt256.Zero, UInt256.Zero);
            moved[log.Address] = ours.Contains(to) ? (into + amount, outOf) : (into, outOf + amount);
            if (moved.Count > MaxTokens) return null;
        }
        return [.. moved.Select(entry => (entry.Key, entry.Value.In, entry.Value.Out))];
    }
}
