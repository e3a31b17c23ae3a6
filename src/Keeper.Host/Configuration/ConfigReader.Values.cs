using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;

namespace Keeper.Host.Configuration;

/// <summary>The kinds of value. Each asks for its key, resolves a reference, checks, and shows in an error nothing that may be secret.</summary>
internal sealed partial class ConfigReader
{
    /// <param name="fallback">Null makes the key required.</param>
    public string Text(string name, string expected, string? fallback = null) =>
        Read(Key(name, "string", fallback), name, expected, text => (text.Trim().Length > 0, text), fallback ?? "");

    /// <summary>As <see cref="Text"/>; null where the key is missing.</summary>
    public string? OptionalText(string name, string expected) => Read<string?>(new(Pattern(name), "string", false), name, expected, text => (text.Trim().Length > 0, text), null);

    /// <param name="choices">The values by their names in the file.</param>
    public T Choice<T>(string name, IReadOnlyDictionary<string, T> choices, string? fallback = null) => Read(
        Key(name, "string", fallback) with { Choices = [.. choices.Keys] }, name, $"one of {string.Join(", ", choices.Keys)}",
        text => (choices.TryGetValue(text, out var value), value!), fallback is null ? default! : choices[fallback]);

    public bool Boolean(string name, bool fallback) =>
        Read(new(Pattern(name), "boolean", false) { Default = fallback ? "true" : "false" }, name, "true or false", text => (bool.TryParse(text, out var value), value), fallback);

    /// <param name="fallback">Null makes the key required.</param>
    public long Integer(string name, long minimum, long maximum, long? fallback = null) => Read(
        new KnownKey(Pattern(name), "integer", fallback is null) { Default = fallback?.ToString(CultureInfo.InvariantCulture), Minimum = minimum, Maximum = maximum },
        name, $"a whole number from {minimum} to {maximum}",
        text => (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum, value),
        fallback ?? minimum);

    /// <summary>For what is no amount of money: a percentile.</summary>
    public double Number(string name, long minimum, long maximum, double fallback) => Read(
        new KnownKey(Pattern(name), "number", false) { Default = fallback.ToString(CultureInfo.InvariantCulture), Minimum = minimum, Maximum = maximum },
        name, $"a number from {minimum} to {maximum}",
        text => (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum, value),
        fallback);

    /// <summary>Money: a decimal string, scaled by 10^<paramref name="decimals"/> exactly, never negative.</summary>
    /// <param name="maximum">In whole units.</param>
    /// <param name="fallback">Null makes the key required.</param>
    public UInt256 Amount(string name, int decimals, ulong maximum, string? fallback = null)
    {
        return Read(
            Key(name, "string", fallback), name, $"a decimal string such as \"1.50\", from 0 to {maximum}, with at most {decimals} places",
            text => (ExactDecimal.TryParse(text, decimals, out var value) && value <= Scaled(maximum.ToString(CultureInfo.InvariantCulture)), value),
            fallback is null ? UInt256.Zero : Scaled(fallback));

        UInt256 Scaled(string text) => ExactDecimal.TryParse(text, decimals, out var value) ? value : throw new ArgumentException($"'{text}' is no amount.", nameof(fallback));
    }

    /// <summary>Not the zero address; a checksum (EIP-55) must be right where the letter case carries one.</summary>
    public Address? Address(string name, bool isRequired) => Read<Address?>(
        new(Pattern(name), "string", isRequired), name, "an address: 0x and 40 hex digits, not all zero, with a right checksum or in one letter case",
        text => (Core.Primitives.Address.TryParse(text, out var value) && !value.IsZero && AddressChecksum.IsAcceptable(text), value), null);

    public Hash32? Hash(string name) => Read<Hash32?>(
        new(Pattern(name), "string", false), name, "a hash: 0x and 64 hex digits",
        text => (Hash32.TryParse(text, out var value), value), null);

    /// <summary>Bytes that a contract is told, at least one; empty where the key is missing.</summary>
    public ReadOnlyMemory<byte> Bytes(string name, int maximum) => Read<ReadOnlyMemory<byte>>(
        new(Pattern(name), "string", false), name, $"0x and two hex digits for each of 1 to {maximum} bytes",
        text => BytesShape().IsMatch(text) && text.Length <= 2 + 2 * maximum ? (true, Hex.Decode(text)) : (false, default), default);

    /// <summary>An absolute path; a relative one begins at the folder of the file.</summary>
    public string FilePath(string name, string? fallback = null) => Read(
        Key(name, "string", fallback), name, "a path", text => (text.Trim().Length > 0 && !text.Contains('\0', StringComparison.Ordinal), System.IO.Path.GetFullPath(text, _scope.Folder)),
        fallback is null ? "" : System.IO.Path.GetFullPath(fallback, _scope.Folder));

    /// <summary>As <see cref="FilePath"/>; null where the key is missing.</summary>
    public string? OptionalPath(string name) => Read<string?>(
        new(Pattern(name), "string", false), name, "a path", text => (text.Trim().Length > 0 && !text.Contains('\0', StringComparison.Ordinal), System.IO.Path.GetFullPath(text, _scope.Folder)), null);

    /// <summary>May hold a token: no error shows it.</summary>
    public Uri? Url(string name, params string[] schemes) => Url(name, isRequired: false, schemes);

    /// <inheritdoc cref="Url(string, string[])"/>
    public Uri? Url(string name, bool isRequired, params string[] schemes) => Read<Uri?>(
        new(Pattern(name), "string", isRequired), name, $"a URL that begins with {string.Join(" or ", schemes.Select(scheme => scheme + "://"))}, or a reference to one",
        text => (Uri.TryCreate(text, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && (url.Scheme == "unix" ? url.AbsolutePath.Length > 1 : url.Host.Length > 0), url), null, isSecret: true);

    /// <summary>Address and port; port 0 takes any free one.</summary>
    public IPEndPoint Listen(string name, string fallback) => Read(
        Key(name, "string", fallback), name, "an IP address and a port, such as 127.0.0.1:9464",
        text =>
        {
            var address = text.StartsWith("localhost:", StringComparison.Ordinal) ? "127.0.0.1" + text[9..] : text;
            // Without this check 127.0.0.1 would be read as port 0, and 9464 as an address.
            return (ListenShape().IsMatch(address) && IPEndPoint.TryParse(address, out var point), IPEndPoint.TryParse(address, out point) ? point : null!);
        },
        IPEndPoint.Parse(fallback));

    /// <summary>A secret: only a reference is taken, or a variable that was laid over the file. It is not read here.</summary>
    public Reference? Secret(string name, bool isRequired = true)
    {
        const string Expected = "a reference: file:PATH or env:NAME";
        var node = Ask(new(Pattern(name), "string", isRequired), name, Expected);
        if (node is not ConfigNode.Scalar { Kind: JsonValueKind.String or JsonValueKind.Undefined } scalar)
        {
            if (node is not null) Fail(name, node, $"is {Kind(node)}", Expected);
            return null;
        }
        if (Reference.Parse(scalar.Text, _scope.Folder, _scope.Environment) is { } reference) return reference;
        if (scalar.Variable is { } variable) return Reference.OfVariable(variable, _scope.Environment);
        Fail(name, node, "is written out", Expected);
        return null;
    }

    private KnownKey Key(string name, string type, string? fallback) =>
        new(Pattern(name), type, fallback is null) { Default = fallback is null ? null : JsonSerializer.Serialize(fallback) };

    private T Read<T>(KnownKey key, string name, string expected, Func<string, (bool IsValid, T Value)> parse, T fallback, bool isSecret = false)
    {
        var node = Ask(key, name, expected);
        if (node is null || Resolve(node, Path(name), expected, key.Type) is not { } text) return fallback;
        var (isValid, value) = parse(text);
        if (isValid) return value;
        Fail(name, node, isSecret ? "is not valid" : $"is {Show(node)}", expected);
        return fallback;
    }

    /// <summary>The value's text with references resolved; null after an error was told.</summary>
    private string? Resolve(ConfigNode node, string path, string expected, string type = "string")
    {
        if (node is not ConfigNode.Scalar scalar || !Fits(scalar.Kind, type))
        {
            Report(path, node, $"is {Kind(node)}", expected);
            return null;
        }
        if (scalar.Kind is not (JsonValueKind.String or JsonValueKind.Undefined)) return scalar.Text;
        try
        {
            return Reference.Parse(scalar.Text, _scope.Folder, _scope.Environment)?.Read() ?? scalar.Text;
        }
        catch (ReferenceException error)
        {
            Report(path, node, error.Message, error.Expected);
            return null;
        }
    }

    /// <summary>A variable of the environment fits every type; a reference, every type too, since it is text.</summary>
    private static bool Fits(JsonValueKind kind, string type) => kind switch
    {
        JsonValueKind.Undefined => true,
        JsonValueKind.String => type is "string",
        JsonValueKind.Number => type is "integer" or "number",
        JsonValueKind.True or JsonValueKind.False => type is "boolean",
        _ => false,
    };

    private string Kind(ConfigNode node) => node switch
    {
        ConfigNode.Section => "an object",
        ConfigNode.Items => "a list",
        _ => Show(node),
    };

    /// <summary>The value for an error: not what a reference leads to, and nothing that looks like a key or a URL in the wrong place.</summary>
    private string Show(ConfigNode node)
    {
        if (node is not ConfigNode.Scalar scalar) return Kind(node);
        if (Reference.Parse(scalar.Text, _scope.Folder, _scope.Environment) is { } reference) return $"the value of {ForeignText.Clean(reference.Text)}, which is not shown";
        var text = ForeignText.Clean(Mask(scalar.Text), 80);
        return scalar.Kind is JsonValueKind.String or JsonValueKind.Undefined && text[0] != '(' ? $"\"{text}\"" : text;
    }

    private static string Mask(string text) =>
        text.Length == 0 ? "empty" : KeyShape.IsIn(text) ? KeyShape.Hidden : text.Contains("://", StringComparison.Ordinal) ? "(a URL, not shown)" : text;

    [GeneratedRegex(@"^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\]):\d{1,5}$")]
    private static partial Regex ListenShape();

    [GeneratedRegex("^0x([0-9a-fA-F]{2})+$")]
    private static partial Regex BytesShape();
}
