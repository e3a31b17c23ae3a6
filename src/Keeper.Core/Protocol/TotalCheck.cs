using Keeper.Core.Chain;

namespace Keeper.Core.Protocol;

/// <summary>A sum over the mirror, and the contract's own.</summary>
/// <param name="What">For people: <c>total quote</c>.</param>
/// <param name="Difference">From the returned data: what differs, in words; null where nothing does. Throws <see cref="Chain.Abi.AbiException"/> on data that is not what the ABI says.</param>
/// <param name="Lack">From the same data: what the contract has beyond the mirror where that is no fault, since history was not read; null where nothing is lacking, or where all that differs is a fault.</param>
public sealed record TotalCheck(string What, CallRequest Call, Func<ReadOnlyMemory<byte>, string?> Difference, Func<ReadOnlyMemory<byte>, string?>? Lack = null);
