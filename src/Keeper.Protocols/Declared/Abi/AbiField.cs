namespace Keeper.Protocols.Declared.Abi;

/// <summary>An argument, a returned value or a member of a tuple.</summary>
/// <param name="Name">Null where the text gives none.</param>
/// <param name="IsIndexed">Of an event: it stands in a topic.</param>
internal sealed record AbiField(string? Name, AbiType Type, bool IsIndexed = false);
