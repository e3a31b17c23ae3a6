using System.Diagnostics;
using Keeper.Tests.Support;

namespace Keeper.Tests.Metrics;

/// <summary>Prometheus' own judge of the text format and of rules.</summary>
internal static class Promtool
{
    public static Task<(int Code, string Output)> CheckAsync(string text) => RunAsync(["check", "metrics"], text);

    public static async Task<(int Code, string Output)> RunAsync(IEnumerable<string> arguments, string input = "")
    {
        using var promtool = Process.Start(new ProcessStartInfo(RequiresToolFactAttribute.Locate("promtool"), arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, output);
    }
}
