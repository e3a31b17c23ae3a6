using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.ABI.Model;
using Nethereum.Contracts;
using Nethereum.Hex.HexConvertors.Extensions;

namespace Keeper.Chain.Nethereum.Contracts;

/// <summary>
/// Revert data in words, by Nethereum's error data objects: <c>Error(string)</c>, <c>Panic(uint256)</c> and the custom errors it is
/// given. The words are those of <see cref="RevertDecoder"/>. It never throws; its output is bounded and escaped.
/// </summary>
internal sealed class Reverts
{
    private readonly Dictionary<uint, (Type Type, ErrorABI Abi)> _errors;

    /// <param name="errors">Types with an <see cref="ErrorAttribute"/>.</param>
    public Reverts(params IEnumerable<Type> errors) => _errors = errors.Append(typeof(RevertReason)).Append(typeof(PanicReason))
        .Select(type => (Type: type, Abi: ABITypedRegistry.GetError(type)))
        .ToDictionary(error => BinaryPrimitives.ReadUInt32BigEndian(error.Abi.Sha3Signature.HexToByteArray()));

    public string Describe(ReadOnlyMemory<byte> data, int limit = ForeignText.DefaultLimit)
    {
        if (data.IsEmpty) return "no reason given";
        if (data.Length < 4) return ForeignText.Clean($"unknown revert data {Hex.Encode(data.Span)}", limit);
        try
        {
            return ForeignText.Clean(Decode(BinaryPrimitives.ReadUInt32BigEndian(data.Span), data[4..]), limit);
        }
        catch (AbiException)
        {
            return ForeignText.Clean($"malformed revert data {Hex.Encode(data.Span[..Math.Min(data.Length, limit)])}", limit);
        }
    }

    private string Decode(uint selector, ReadOnlyMemory<byte> arguments)
    {
        if (!_errors.TryGetValue(selector, out var error)) return $"unknown error 0x{selector:x8} with {arguments.Length} bytes";
        if (error.Abi.InputParameters.Length == 0) return $"{error.Abi.Name}()";
        var decoded = StrictAbi.Decode(error.Type, error.Abi.InputParameters, arguments, isExact: false);
        return decoded switch
        {
            RevertReason reason => reason.Message,
            PanicReason panic => RevertDecoder.Panic((UInt256)panic.Code),
            _ => $"{error.Abi.Name}({string.Join(", ", Values(decoded).Select(Word))})",
        };
    }

    private static IEnumerable<object?> Values(object error) => PropertiesExtractor.GetPropertiesWithParameterAttribute(error.GetType())
        .OrderBy(property => property.GetCustomAttributes(typeof(ParameterAttribute), true).Cast<ParameterAttribute>().Single().Order)
        .Select(property => property.GetValue(error));

    private static string Word(object? value) => value switch
    {
        string address when Address.TryParse(address, out var known) => known.ToString(),
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        byte[] bytes => Hex.Encode(bytes.AsSpan(0, Math.Min(bytes.Length, ForeignText.DefaultLimit))),
        _ => throw new NotSupportedException("An error's argument of this type has no words."),
    };
}
