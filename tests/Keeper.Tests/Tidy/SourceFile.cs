namespace Keeper.Tests.Tidy;

/// <param name="Path">From the root, with forward slashes.</param>
internal sealed record SourceFile(string Path, string Text);
