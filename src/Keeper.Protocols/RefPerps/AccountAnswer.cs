using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>What <c>getAccount</c> tells that is mirrored, and whether there is such an account.</summary>
/// <param name="Owner">Zero where there is none.</param>
internal sealed record AccountAnswer(Address Owner, Int256 Quote, List<uint> Markets);
