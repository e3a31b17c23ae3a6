using Keeper.Core.Protocol;

namespace Keeper.Core.Audit;

/// <summary>An account that is held against the contract, with what the mirror held when it was asked.</summary>
/// <param name="Key">The account's own name: its number may be another's after a reorg.</param>
internal sealed record AuditQuestion(IProtocol Protocol, int Account, string Key, IReadOnlyList<AuditRead> Reads)
{
    /// <summary>Protocol and account, as the journal names them.</summary>
    public string Name => NameOf(Protocol, Key);

    public static string NameOf(IProtocol protocol, string key) => $"{protocol.Settings.Name}:{key}";
}
