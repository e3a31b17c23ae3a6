using System.Diagnostics;
using Keeper.Tests.Support;

namespace Keeper.Tests.Metrics;

/// <summary>Prometheus' own judge of the text format.</summary>
internal static class Promtool
{
    public static async Task<(int Code, string Output)> CheckAsync(string text)
    {
        using var promtool = Process.Start(new ProcessStartInfo(RequiresToolFactAttribute.Locate("promtool"), ["check", "metrics"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var output = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, output);
    }
}
