using Keeper.Core.Chain.Abi;

namespace Keeper.Protocols.Oracles;

/// <summary>What an aggregator's <c>typeAndVersion()</c> says: <c>DualAggregator 1.0.0</c>.</summary>
internal static class AggregatorType
{
    public static bool IsDual(ReadOnlyMemory<byte> answer)
    {
        try
        {
            return new AbiReader(answer.Span).ReadOffset().ReadBytes().StartsWith("DualAggregator "u8);
        }
        catch (AbiException)
        {
            // Whatever it is, it is none that says so.
            return false;
        }
    }
}
