using Keeper.Core.Chain;

namespace Keeper.Tests.Chain;

public sealed class SendErrorsTests
{
    [Theory]
    [InlineData("already known", SendError.Known)]
    [InlineData("known transaction: 0xabc", SendError.Known)]
    [InlineData("existing txn with same hash", SendError.Known)]
    [InlineData("AlreadyKnown", SendError.Known)]
    [InlineData("OwnNonceAlreadyUsed", SendError.Known)]
    [InlineData("transaction already imported", SendError.Known)]
    [InlineData("unknown transaction type", SendError.Unknown)]
    [InlineData("nonce too low", SendError.NonceTooLow)]
    [InlineData("nonce too low: next nonce 5, tx nonce 4", SendError.NonceTooLow)]
    [InlineData("OldNonce", SendError.NonceTooLow)]
    [InlineData("nonce too high", SendError.NonceTooHigh)]
    [InlineData("NonceGap", SendError.NonceTooHigh)]
    [InlineData("Transaction nonce is too distant from current sender nonce", SendError.NonceTooHigh)]
    [InlineData("replacement transaction underpriced", SendError.ReplacementUnderpriced)]
    [InlineData("ReplacementNotAllowed", SendError.ReplacementUnderpriced)]
    [InlineData("could not replace existing tx", SendError.ReplacementUnderpriced)]
    [InlineData("transaction underpriced: tip needed 1, tip permitted 0", SendError.Underpriced)]
    [InlineData("FeeTooLow, MaxFeePerGas too low", SendError.Underpriced)]
    [InlineData("Gas price below configured minimum gas price", SendError.Underpriced)]
    [InlineData("gas price too low", SendError.Underpriced)]
    [InlineData("max fee per gas less than block base fee: address 0x1", SendError.FeeCapBelowBaseFee)]
    [InlineData("Gas price below current base fee", SendError.FeeCapBelowBaseFee)]
    [InlineData("insufficient funds for gas * price + value", SendError.InsufficientFunds)]
    [InlineData("Upfront cost exceeds account balance", SendError.InsufficientFunds)]
    [InlineData("not enough funds for gas", SendError.InsufficientFunds)]
    [InlineData("intrinsic gas too low: gas 20000, minimum needed 21000", SendError.IntrinsicGas)]
    [InlineData("exceeds block gas limit", SendError.GasLimit)]
    [InlineData("Transaction gas limit is too high", SendError.GasLimit)]
    [InlineData("intrinsic gas too high -- tx.gas_limit > env.cfg.tx_gas_limit_cap", SendError.GasLimit)]
    [InlineData("transaction gas limit too high (cap: 16777216, tx: 16777217)", SendError.GasLimit)]
    [InlineData("tx fee (2.00 ether) exceeds the configured cap (1.00 ether)", SendError.NodeFeeCap)]
    [InlineData("Transaction fee cap exceeded", SendError.NodeFeeCap)]
    [InlineData("txpool is full", SendError.PoolFull)]
    [InlineData("account limit exceeded", SendError.PoolFull)]
    [InlineData("queue full", SendError.PoolFull)]
    [InlineData("FeeTooLowToCompete", SendError.PoolFull)]
    [InlineData("address already reserved", SendError.AddressReserved)]
    [InlineData("pending transaction type conflict", SendError.AddressReserved)]
    [InlineData("in-flight transaction limit reached for delegated accounts", SendError.DelegatedSender)]
    [InlineData("request timed out", SendError.Ambiguous)]
    [InlineData("timeout", SendError.Ambiguous)]
    [InlineData("execution reverted: already known", SendError.Reverted)]
    [InlineData("the dog ate it", SendError.Unknown)]
    [InlineData(null, SendError.Unknown)]
    public void Each_wording_has_its_class(string? message, SendError expected)
    {
        Assert.Equal(expected, SendErrors.Classify(-32000, message, hasRevertData: false));
        Assert.Equal(expected, SendErrors.Classify(-32003, message?.ToUpperInvariant(), hasRevertData: false));
    }

    [Theory]
    [InlineData(3, "VM: whatever", false)]
    [InlineData(-32000, "nonce too low", true)]
    [InlineData(-32015, "VM execution error", true)]
    [InlineData(-32603, "EVM error: invalid opcode", false)]
    public void Reverts_come_before_wordings(int code, string message, bool hasData) => Assert.Equal(SendError.Reverted, SendErrors.Classify(code, message, hasData));

    [Fact]
    public void Foreign_text_is_cut_and_cannot_drive_a_terminal()
    {
        Assert.Equal("a\\u001b[31m\\u000ab", ForeignText.Clean("a\u001b[31m\nb"));
        Assert.Equal("\\u202e", ForeignText.Clean("\u202e"));
        Assert.Equal(200, ForeignText.Clean(new string('x', 500)).Length);
        Assert.Equal("abcd", ForeignText.Clean("abcd\u0001", 5));
        Assert.Equal("", ForeignText.Clean(null));
    }
}
