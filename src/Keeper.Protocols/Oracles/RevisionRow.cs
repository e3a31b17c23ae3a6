namespace Keeper.Protocols.Oracles;

/// <summary>See <see cref="OracleRevisions"/>.</summary>
internal readonly record struct RevisionRow(long Content, long Shape);
