namespace Keeper.Tests.Support;

/// <summary>
/// A test that starts a program. Where the program is missing the test is skipped by name, with the way to get it; with
/// <c>KEEPER_CI=1</c> it runs, and fails at <see cref="Locate"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RequiresToolFactAttribute : FactAttribute
{
    public RequiresToolFactAttribute(string tool, string howToGet)
    {
        if (Find(tool) is null && Environment.GetEnvironmentVariable("KEEPER_CI") != "1") Skip = $"{tool} is not on the PATH: {howToGet}";
    }

    /// <summary>The path of the program.</summary>
    /// <exception cref="FileNotFoundException">It is not on the PATH.</exception>
    public static string Locate(string tool) => Find(tool) ?? throw new FileNotFoundException($"{tool} is not on the PATH, and KEEPER_CI=1 requires it.");

    private static string? Find(string tool) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(directory => new[] { Path.Combine(directory, tool), Path.Combine(directory, tool + ".exe") })
        .FirstOrDefault(File.Exists);
}
