using Keeper.Core.Protocol;

namespace Keeper.Core.Margin;

/// <summary>An account that is not simply healthy, as of the mirror's state.</summary>
public readonly record struct Finding(IProtocol Protocol, int Account, Verdict Verdict, ulong Timestamp)
{
    /// <summary>Protocol and account, as the journal names them: <c>perps:17</c>.</summary>
    public string Key => $"{Protocol.Settings.Name}:{Protocol.KeyOf(Account)}";
}
