using Keeper.Core.Primitives;
using Microsoft.Extensions.Logging;

namespace Keeper.Core.Submission;

internal static partial class SenderLog
{
    [LoggerMessage(LogLevel.Information, "Sent {Hash} with nonce {Nonce} for {Accounts}, decided at block {Block} (hint: {FromHint}): {Answer}")]
    public static partial void Sent(ILogger logger, Hash32 hash, ulong nonce, string accounts, ulong block, bool fromHint, string answer);

    [LoggerMessage(LogLevel.Information, "Nonce {Nonce} is to follow the price update {Update}, which waits in the pool, in the block after {Block}")]
    public static partial void Follows(ILogger logger, ulong nonce, Hash32 update, ulong block);

    [LoggerMessage(LogLevel.Information, "Would sign for {Count} accounts ({Accounts}): nonce {Nonce}, to {Executor}, gas {GasLimit}, fee cap {FeeCapWei} wei, expected reward {Reward} {Currency}, decided at block {Block}, data {Data}")]
    public static partial void WouldSign(ILogger logger, int count, string accounts, ulong nonce, Address executor, ulong gasLimit, string feeCapWei, string reward, string currency, ulong block, string data);

    [LoggerMessage(LogLevel.Warning, "A node answered {Class} to {Hash} with nonce {Nonce}: {Message}")]
    public static partial void SendAnswered(ILogger logger, Hash32 hash, ulong nonce, string @class, string? message);

    [LoggerMessage(LogLevel.Information, "Transaction {Hash} with nonce {Nonce} is in block {Block}: {Won} of {Count} accounts won, {GasUsed} gas")]
    public static partial void Settled(ILogger logger, Hash32 hash, ulong nonce, ulong block, int won, int count, ulong gasUsed);

    [LoggerMessage(LogLevel.Information, "Liquidated {Account}")]
    public static partial void Liquidated(ILogger logger, string account);

    [LoggerMessage("Did not liquidate {Account}: {Outcome} ({Detail})")]
    public static partial void NotLiquidated(ILogger logger, LogLevel level, string account, string outcome, string? detail);

    [LoggerMessage(LogLevel.Information, "Missed {Account}: {Liquidator} liquidated it in block {Block} by {Transaction} at {PriceWei} wei a unit of gas; {Doing}: {Detail}")]
    public static partial void Missed(ILogger logger, string account, Address liquidator, ulong block, Hash32 transaction, string? priceWei, string doing, string detail);

    [LoggerMessage(LogLevel.Information, "Nonce {Nonce}: attempt {Attempt} offers up to {FeeCapWei} wei")]
    public static partial void Bumped(ILogger logger, ulong nonce, int attempt, string feeCapWei);

    [LoggerMessage(LogLevel.Warning, "Nonce {Nonce}: cancelling by a transfer of nothing: {Why}")]
    public static partial void Cancelling(ILogger logger, ulong nonce, string why);

    [LoggerMessage(LogLevel.Warning, "A reorg took {Hash} with nonce {Nonce} out of the chain; it goes out again")]
    public static partial void TakenByReorg(ILogger logger, Hash32 hash, ulong nonce);

    [LoggerMessage(LogLevel.Warning, "A receipt of {Hash} is refused: block {Block} ({BlockHash}) is not of the chain, or the nonce is still free")]
    public static partial void ReceiptRefused(ILogger logger, Hash32 hash, ulong block, Hash32 blockHash);

    [LoggerMessage(LogLevel.Error, "The policy rule {Rule} refused a signature for nonce {Nonce}: {Consequence}")]
    public static partial void PolicyRefused(ILogger logger, string rule, ulong nonce, string consequence);

    [LoggerMessage(LogLevel.Warning, "{Hash} with nonce {Nonce} is private until block {Block}, and no private endpoint is configured: held back")]
    public static partial void HeldBack(ILogger logger, Hash32 hash, ulong nonce, ulong block);

    [LoggerMessage(LogLevel.Error, "The key gave no signature for nonce {Nonce} ({Fault}): {Reason} Consequence: {Consequence}")]
    public static partial void SignerFailed(ILogger logger, ulong nonce, string fault, string reason, string consequence);

    [LoggerMessage(LogLevel.Warning, "What a cancel needs could not be asked, it is given twice as much gas: {Reason}")]
    public static partial void EstimateFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Critical, "Sending is halted for {Whom} by the breaker {Breaker}: {Reason}")]
    public static partial void Tripped(ILogger logger, string whom, string breaker, string reason);

    [LoggerMessage(LogLevel.Warning, "The breaker {Breaker} is closed: {Reason}")]
    public static partial void Resumed(ILogger logger, string breaker, string reason);

    [LoggerMessage(LogLevel.Warning, "Would not sign for {Accounts}: the policy rule {Rule} refuses it")]
    public static partial void WouldRefuse(ILogger logger, string accounts, string rule);

    [LoggerMessage(LogLevel.Warning, "Receipts could not be read: {Reason}")]
    public static partial void WatchFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "What is unmined could not be simulated again: {Reason}")]
    public static partial void PreviewFailed(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "Took up {Count} open transactions from the journal; the next nonce is {Nonce}")]
    public static partial void Recovered(ILogger logger, int count, ulong nonce);
}
