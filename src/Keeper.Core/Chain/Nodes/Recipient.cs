namespace Keeper.Core.Chain.Nodes;

/// <summary>One of those to whom the same bytes are handed at once.</summary>
/// <param name="Name">As configured.</param>
/// <param name="SendAsync">One attempt, nothing repeated.</param>
internal readonly record struct Recipient(string Name, Func<CancellationToken, Task<SendResult>> SendAsync);
