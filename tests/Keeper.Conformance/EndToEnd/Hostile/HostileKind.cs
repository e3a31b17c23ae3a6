namespace Keeper.Conformance.EndToEnd.Hostile;

/// <summary>What the call of an account does, as contracts/src/testing/HostileTarget.sol numbers it.</summary>
internal enum HostileKind
{
    Pays,
    Reverts,
    Loops,
    ReturnsMegabyte,
    RevertsWithMegabyte,
    CallsItself,
    PaysWhereGasIsFree,
    PaysButInTheTrap,
}
