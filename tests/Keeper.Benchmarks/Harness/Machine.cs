using System.Runtime.InteropServices;

namespace Keeper.Benchmarks.Harness;

/// <summary>Where a figure was measured.</summary>
internal sealed record Machine(string Os, string Architecture, int Cores, string Cpu, string Runtime, string Build)
{
    public static Machine Current { get; } = new(RuntimeInformation.OSDescription, RuntimeInformation.ProcessArchitecture.ToString(), Environment.ProcessorCount, CpuName(), RuntimeInformation.FrameworkDescription, BuildName);

#if DEBUG
    private const string BuildName = "Debug";
#else
    private const string BuildName = "Release";
#endif

    private static string CpuName()
    {
        const string File = "/proc/cpuinfo";
        if (!System.IO.File.Exists(File)) return "unknown";
        return System.IO.File.ReadLines(File).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";
    }
}
