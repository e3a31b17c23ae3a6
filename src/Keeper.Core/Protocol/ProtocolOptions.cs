namespace Keeper.Core.Protocol;

/// <summary>What one kind of adapter wants to know beside the settings that all have. The adapter declares its own.</summary>
public abstract record ProtocolOptions;
