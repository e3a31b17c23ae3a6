namespace Keeper.Tests.Support;

/// <summary>What a scripted node answers instead of a result.</summary>
internal sealed record ScriptedError(int Code, string Message, object? Data = null);
