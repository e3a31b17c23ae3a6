namespace Keeper.Protocols.Declared;

/// <summary>Takes what is wrong with a key of the section that a text is from.</summary>
/// <param name="key">Within that section: <c>function</c>, <c>arguments[1]</c>.</param>
/// <param name="problem">What it is, after the key's name: <c>is no signature</c>.</param>
/// <param name="expected">What it should be.</param>
public delegate void TermFault(string key, string problem, string expected);
