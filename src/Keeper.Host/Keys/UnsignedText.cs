using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;

namespace Keeper.Host.Keys;

/// <summary>An <see cref="UnsignedTransaction"/> for people, and for programs.</summary>
internal static class UnsignedText
{
    public static void Write(TextWriter output, UnsignedTransaction transaction)
    {
        output.WriteLine($"unsigned {transaction.Purpose}");
        output.WriteLine($"  from   {AddressChecksum.Format(transaction.From)}");
        output.WriteLine($"  to     {AddressChecksum.Format(transaction.To)}");
        output.WriteLine($"  value  {transaction.Value}");
        output.WriteLine($"  data   {Hex.Encode(transaction.Data.Span)}");
        if (transaction.ChainId is { } chain) output.WriteLine($"  chain  {chain}");
        if (transaction.Nonce is { } nonce) output.WriteLine($"  nonce  {nonce}");
        if (transaction.GasLimit is { } gas) output.WriteLine($"  gas    {gas}, at most {transaction.MaxFeePerGas} wei each");
    }

    public static void Write(Utf8JsonWriter json, UnsignedTransaction transaction)
    {
        json.WriteStartObject();
        json.WriteString("purpose", transaction.Purpose);
        json.WriteString("from", AddressChecksum.Format(transaction.From));
        json.WriteString("to", AddressChecksum.Format(transaction.To));
        json.WriteString("value", transaction.Value.ToString());
        json.WriteString("data", Hex.Encode(transaction.Data.Span));
        if (transaction.ChainId is { } chain) json.WriteNumber("chainId", chain);
        if (transaction.Nonce is { } nonce) json.WriteNumber("nonce", nonce);
        if (transaction.GasLimit is { } gas) json.WriteNumber("gas", gas.Value);
        if (transaction.MaxFeePerGas is { } price) json.WriteString("maxFeePerGas", price.ToString());
        json.WriteEndObject();
    }
}
