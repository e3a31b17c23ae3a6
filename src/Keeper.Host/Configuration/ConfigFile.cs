using System.Text.Json;
using Keeper.Core.Chain;

namespace Keeper.Host.Configuration;

/// <summary>Reads a JSON file into nodes: comments and trailing commas are allowed, the same key twice is not.</summary>
internal static class ConfigFile
{
    private const int MaxBytes = 1 << 20;
    private static readonly JsonDocumentOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    /// <summary>Null where the file gave errors that leave nothing to read.</summary>
    public static ConfigNode.Section? Read(string path, string label, List<ConfigError> errors)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return Fail("is missing", $"a file at {path}");
            if (file.Length > MaxBytes) return Fail($"has {file.Length} bytes", $"at most {MaxBytes} bytes");
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Options);
            return Convert(document.RootElement, "", errors, label) as ConfigNode.Section ?? Fail("does not hold a JSON object", "{ ... }");
        }
        catch (JsonException error)
        {
            return Fail($"is not JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1})", "JSON; // comments and trailing commas are allowed");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fail("cannot be read", $"a file at {path} that this user may read");
        }

        ConfigNode.Section? Fail(string problem, string expected)
        {
            errors.Add(new(label, problem, expected));
            return null;
        }
    }

    private static ConfigNode Convert(JsonElement element, string path, List<ConfigError> errors, string label)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var section = new ConfigNode.Section();
                foreach (var member in element.EnumerateObject())
                {
                    var name = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    if (!section.Members.TryAdd(member.Name, Convert(member.Value, name, errors, label)))
                        errors.Add(new(ForeignText.Clean(name), $"stands twice in {label}", "each key once"));
                }
                return section;
            case JsonValueKind.Array:
                var items = new ConfigNode.Items();
                foreach (var item in element.EnumerateArray()) items.Elements.Add(Convert(item, $"{path}[{items.Elements.Count}]", errors, label));
                return items;
            case JsonValueKind.String:
                return new ConfigNode.Scalar(JsonValueKind.String, element.GetString()!);
            default:
                return new ConfigNode.Scalar(element.ValueKind, element.GetRawText());
        }
    }
}
