using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.DataFees;

/// <summary>
/// Port: what a chain charges for a transaction's data on the layer below it. Immutable: a block's answers make another one, so that
/// every decision of a block uses the same. Reckons by itself and never too little.
/// </summary>
public interface IFeeModel
{
    /// <summary>What to ask at each block.</summary>
    IReadOnlyList<CallRequest> Reads { get; }

    /// <summary>The model with what a block has answered.</summary>
    /// <param name="answers">One for each of <see cref="Reads"/>, in order.</param>
    /// <returns>Itself where they can't be used: what was known stands.</returns>
    IFeeModel With(IReadOnlyList<CallResult> answers);

    /// <param name="calldataBytes">Of the transaction, which is no contract creation and has no access list.</param>
    /// <param name="gas">What its execution takes, or may take.</param>
    /// <returns>Before the first answer more than any transaction earns.</returns>
    DataFee Of(int calldataBytes, Gas gas);
}
