using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>The code at an address, at one block.</summary>
/// <param name="CodeHash">Null where there is no contract.</param>
/// <param name="Implementation">Where a proxy leads to (EIP-1967, its own slot or a beacon's answer); null where it is none.</param>
/// <param name="ImplementationCodeHash">Null where that is no contract.</param>
public sealed record CodeFound(Hash32? CodeHash, Address? Implementation = null, Hash32? ImplementationCodeHash = null);
