using Keeper.Core.Primitives;
using Keeper.Protocols.MorphoBlue;

namespace Keeper.Conformance.MorphoBlue;

/// <summary>A market of which one part does what it should not, once somebody has borrowed in it.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Left">How the keeper names why it leaves the borrower alone, <c>reason (detail)</c>: this is part of it.</param>
/// <param name="Turn">What makes it hostile: one call of the owner's.</param>
internal sealed record HostileMarket(string Name, MarketParams Terms, string Left, (Address To, byte[] Data)? Turn);
