using System.Buffers;
using System.Text;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Host.Keys;

namespace Keeper.Host.Contracts;

/// <summary>What an owner has to sign, and what else there is to know: for people, and for programs.</summary>
/// <param name="Facts">Name and value of what the configuration wants to know, in order.</param>
/// <param name="Notes">What could not be said as a transaction.</param>
internal sealed record OwnerReport(IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<UnsignedTransaction> Transactions, IReadOnlyList<string> Notes)
{
    public void Write(TextWriter output, bool isJson)
    {
        if (isJson)
        {
            output.WriteLine(Json());
            return;
        }
        var width = Facts.Select(fact => fact.Name.Length).DefaultIfEmpty().Max() + 2;
        foreach (var (name, value) in Facts) output.WriteLine($"{name.PadRight(width)}{value}");
        foreach (var note in Notes) output.WriteLine($"note  {ForeignText.Clean(note, 500)}");
        if (Facts.Count > 0) output.WriteLine();
        output.WriteLine(Transactions.Count == 0 ? "Nothing is to be signed." : "For the owner to sign and to send:");
        foreach (var transaction in Transactions) UnsignedText.Write(output, transaction);
    }

    private string Json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Facts) json.WriteString(name, value);
            json.WriteStartArray("transactions");
            foreach (var transaction in Transactions) UnsignedText.Write(json, transaction);
            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (var note in Notes) json.WriteStringValue(ForeignText.Clean(note, 500));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
