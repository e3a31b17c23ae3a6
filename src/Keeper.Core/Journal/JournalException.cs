namespace Keeper.Core.Journal;

/// <summary>The journal cannot be opened, written or believed. The message says what to do.</summary>
public sealed class JournalException(string message, Exception? inner = null) : Exception(message, inner);
