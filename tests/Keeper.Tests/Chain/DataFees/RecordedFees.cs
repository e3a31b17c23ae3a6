using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.DataFees;
using Keeper.Core.Primitives;
using Keeper.Tests.Tidy;

namespace Keeper.Tests.Chain.DataFees;

/// <summary>Answers of rollups, from files that say where they come from.</summary>
internal static class RecordedFees
{
    public static IReadOnlyList<JsonElement> Receipts { get; } = [.. Read("op-stack.json").GetProperty("receipts").EnumerateArray()];

    /// <summary>As the first receipt's block answered, and an operator that takes 7 wei for each million of gas and 1,000 for each transaction.</summary>
    public static IFeeModel OpStack() => FeeModels.Of(FeeModel.OpStack).With(AnswersOf(Receipts[0], constant: 1_000, slope: 7));

    public static IFeeModel Arbitrum(string answer = "built") => FeeModels.Of(FeeModel.Arbitrum).With([ArbitrumAnswer(answer)]);

    public static CallResult[] AnswersOf(JsonElement receipt, ulong constant = 0, ulong slope = 0) =>
    [
        Word(Of(receipt, "l1GasPrice")), Word(Of(receipt, "l1BlobBaseFee")), Word(Of(receipt, "l1BaseFeeScalar")), Word(Of(receipt, "l1BlobBaseFeeScalar")),
        Word(constant + slope), Word(constant + 2 * slope),
    ];

    public static CallResult ArbitrumAnswer(string answer = "built") => Words(ArbitrumPrices(answer));

    /// <param name="answer">Which of the file: "built", round figures by the contract's source, or "recorded", what Arbitrum One said.</param>
    public static UInt256[] ArbitrumPrices(string answer) => [.. Read("arbitrum.json").GetProperty(answer).GetProperty("pricesInWei").EnumerateArray().Select(price => UInt256.Parse(price.GetString()!))];

    public static UInt256 Of(JsonElement receipt, string field) => UInt256.Parse(receipt.GetProperty(field).GetString()!);

    public static CallResult Word(UInt256 value) => Words(value);

    public static CallResult Words(params UInt256[] values)
    {
        var writer = new AbiWriter();
        foreach (var value in values) writer.Word(value);
        return new CallResult.Returned(writer.ToArray());
    }

    private static JsonElement Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/Keeper.Tests/Chain/DataFees/Recorded", file)));
        return document.RootElement.Clone();
    }
}
