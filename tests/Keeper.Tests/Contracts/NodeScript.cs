using System.Diagnostics;
using Keeper.Host.Demo;

namespace Keeper.Tests.Contracts;

/// <summary>A program of contracts/ run by node, with its tools fetched first where they are missing.</summary>
internal static class NodeScript
{
    internal sealed record Run(int ExitCode, string Output, string Errors)
    {
        public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
    }

    /// <exception cref="TimeoutException">It did not end in time; it was killed.</exception>
    public static async Task<Run> RunAsync(TimeSpan limit, params string[] arguments)
    {
        using var timeout = new CancellationTokenSource(limit);
        await NodeTools.FindAsync("forge", timeout.Token);
        using var node = Process.Start(new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = NpmFolder.Find("contracts")!.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = node.StandardOutput.ReadToEndAsync(timeout.Token);
        var errors = node.StandardError.ReadToEndAsync(timeout.Token);
        try
        {
            await node.WaitForExitAsync(timeout.Token);
            return new(node.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            node.Kill(entireProcessTree: true);
            throw new TimeoutException($"node {string.Join(' ', arguments)} did not end within {limit.TotalMinutes:0} minutes.");
        }
    }
}
