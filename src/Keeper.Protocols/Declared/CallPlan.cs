using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Protocols.Declared.Abi;
using Keeper.Protocols.Declared.Terms;

namespace Keeper.Protocols.Declared;

/// <summary>The calls that deal with an account, from the templates and what its views said.</summary>
internal static class CallPlan
{
    /// <summary>Calls for one account; what needs more waits for the next plan.</summary>
    private const int MaxCalls = 64;

    /// <summary>Bounds what people read of one call.</summary>
    private const int MaxText = 160;

    public static IReadOnlyList<LiquidationCall> Of(DeclaredTerms terms, UInt256 account, Reading reading, RewardToken token)
    {
        var calls = new List<LiquidationCall>();
        foreach (var call in terms.Calls.Where(call => call.IsForBadDebt == (reading.Kind == VerdictKind.BadDebt)))
        {
            var answers = reading.Answers!;
            var elements = call.ForEach?.Of(answers).Items;
            var rewards = call.RewardField is { } field ? field.Of(answers) : default;
            // Two lists that are not of one length say nothing about each other.
            if (call.RewardField is { IsList: true } && rewards.Items!.Count != elements!.Count) continue;
            for (var i = 0; i < (elements?.Count ?? 1) && calls.Count < MaxCalls; i++)
            {
                var reward = call.RewardField is null ? call.Reward : (rewards.Items?[i] ?? rewards).Bits;
                if (TryWrite(call, account, elements?[i].Bits ?? UInt256.Zero, answers, token, reward) is { } written) calls.Add(written);
            }
        }
        return calls;
    }

    private static LiquidationCall? TryWrite(CallTerms call, UInt256 account, UInt256 each, IReadOnlyList<IReadOnlyList<AbiValue>> answers, RewardToken token, UInt256 reward)
    {
        try
        {
            var data = call.Function.Write(account, each, answers);
            var what = call.ForEach is null ? call.Function.Signature.Name : $"{call.Function.Signature.Name} for {each}";
            return new(call.Function.Target, data, call.GasLimit, call.ExpectedGas, token, reward, what[..Math.Min(MaxText, what.Length)]) { ReturnsReward = call.ReturnsReward };
        }
        catch (AbiException)
        {
            // A value of a view does not fit where it must stand: there is no such call.
            return null;
        }
    }
}
