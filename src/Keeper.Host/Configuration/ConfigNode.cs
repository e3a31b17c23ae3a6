using System.Text.Json;

namespace Keeper.Host.Configuration;

/// <summary>A value of a configuration file, or of an environment variable that was laid over it.</summary>
internal abstract class ConfigNode
{
    /// <summary>The environment variable that it comes from; null where it stands in the file.</summary>
    public string? Variable { get; init; }

    internal sealed class Section : ConfigNode
    {
        /// <summary>In the order of the file, in its letter case.</summary>
        public OrderedDictionary<string, ConfigNode> Members { get; } = new(StringComparer.Ordinal);
    }

    internal sealed class Items : ConfigNode
    {
        public List<ConfigNode> Elements { get; } = [];
    }

    /// <param name="kind">The JSON kind; of an environment variable, which has none, <see cref="JsonValueKind.Undefined"/>.</param>
    /// <param name="text">The string's value, or the literal as the file writes it.</param>
    internal sealed class Scalar(JsonValueKind kind, string text) : ConfigNode
    {
        public JsonValueKind Kind { get; } = kind;
        public string Text { get; } = text;
    }
}
