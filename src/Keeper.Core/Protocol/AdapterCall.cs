namespace Keeper.Core.Protocol;

/// <summary>What an adapter was asked for; also a metric's label.</summary>
internal enum AdapterCall
{
    Apply,
    BeginBlock,
    Filter,
    Hints,
    Capture,
    SourceReads,
    Evaluate,
    Plan,
    MissingReads,
    PollReads,
    AuditReads,
    RepairReads,
    Totals,
    Save,
    Load,
    Feeds,
    RewardTokens,
    Activity,
    Update,
    Explain,
}
