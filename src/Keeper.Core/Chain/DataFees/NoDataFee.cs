using Keeper.Core.Primitives;

namespace Keeper.Core.Chain.DataFees;

/// <summary>Gas pays for everything.</summary>
public sealed class NoDataFee : IFeeModel
{
    private NoDataFee() { }

    public static NoDataFee Instance { get; } = new();

    public IReadOnlyList<CallRequest> Reads => [];
    public IFeeModel With(IReadOnlyList<CallResult> answers) => this;
    public DataFee Of(int calldataBytes, Gas gas) => default;
}
