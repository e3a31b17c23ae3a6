namespace Keeper.Host.Demo;

/// <summary>The machine lacks something that the demo or the tests need; the message says what, and how to get it.</summary>
internal sealed class EnvironmentException(string message) : Exception(message);
