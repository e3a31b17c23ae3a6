using Keeper.Chain.Native.Crypto;
using Keeper.Core.Protocol;
using Keeper.Host.Checks;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>package</c>: an adapter of an operator's own. The file is looked at here, so that <c>check</c> tells what is wrong with it; none of its code runs.</summary>
internal static class PackageSection
{
    /// <param name="protocol">The protocol's file.</param>
    public static PackageOptions? Read(ConfigReader protocol)
    {
        var reader = protocol.Section("package", isRequired: false);
        if (!reader.IsPresent)
        {
            protocol.Fail("package", "is missing", "{ ... }");
            return null;
        }
        var path = reader.FilePath("path");
        var sha256 = reader.Hash("sha256");
        var type = reader.Text("type", "the full name of a class that implements IProtocolFactory");
        var values = new Dictionary<string, string>();
        foreach (var setting in reader.Sections("settings", isRequired: false))
        {
            var name = setting.Text("name", "a name that the adapter knows");
            var value = setting.Text("value", "what the adapter is told", "");
            setting.Finish();
            if (!values.TryAdd(name, value)) setting.Fail("name", "repeats another setting", "each name once");
        }
        reader.Finish();
        if (path.Length == 0 || type.Length == 0) return null;
        if (AdapterPackage.Open(path, sha256, type, out _) is { } wrong)
        {
            reader.Fail(wrong.Key, wrong.Problem, wrong.Expected);
            return null;
        }
        return new(path, sha256!.Value, type, values, Keccak.Hash);
    }
}
