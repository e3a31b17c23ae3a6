using Keeper.Chain.Native.Crypto;

namespace Keeper.Tests.Support;

/// <summary>A test that needs libsecp256k1: skipped by name on a machine without it, and failing there under CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LibSecp256k1FactAttribute : FactAttribute
{
    public LibSecp256k1FactAttribute()
    {
        if (Environment.GetEnvironmentVariable("KEEPER_CI") != "1" && LibSecp256k1.TryLoad() is null) Skip = "libsecp256k1 with the recovery module is missing: apt-get install libsecp256k1-1 (or libsecp256k1-2)";
    }
}
