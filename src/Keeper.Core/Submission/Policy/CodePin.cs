using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Policy;

/// <summary>A contract whose code must stay what it is while transactions are signed that call it.</summary>
/// <param name="Name">For people.</param>
/// <param name="CodeHash">By the operator's word; null holds on to what was found first.</param>
/// <param name="ImplementationCodeHash">The same of what a proxy leads to, whose own code does not change with an upgrade.</param>
/// <param name="Protocol">Whose contract it is; null where transactions of all protocols need it.</param>
public sealed record CodePin(string Name, Address Address, Hash32? CodeHash, Hash32? ImplementationCodeHash, string? Protocol = null);
