namespace Keeper.Protocols.Declared.Abi;

/// <summary>What one word holds.</summary>
internal enum WordKind : byte
{
    Unsigned,
    Signed,
    Address,
    Bool,

    /// <summary><c>bytes1</c> to <c>bytes32</c>, at the left of its word.</summary>
    Bytes,
}
