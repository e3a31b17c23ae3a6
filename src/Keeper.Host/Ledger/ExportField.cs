using System.Text.Json;

namespace Keeper.Host.Ledger;

/// <summary>One column of what is exported. Both forms have the same names in the same order; what the journal does not hold is null.</summary>
/// <param name="Json">Where lines of JSON have more than a text.</param>
internal sealed record ExportField<T>(string Name, FieldForm Form, Func<T, string?> Value, Action<Utf8JsonWriter, T>? Json = null);
