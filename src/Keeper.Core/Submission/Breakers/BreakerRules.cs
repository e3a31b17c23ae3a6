using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Breakers;

/// <summary>When a breaker opens and when it closes by itself, pure.</summary>
public static class BreakerRules
{
    /// <summary>Only somebody who has looked may close it: neither time nor the chain can tell that the cause is gone.</summary>
    public static bool NeedsPerson(Breaker breaker) =>
        breaker is Breaker.Operator or Breaker.ForeignNonce or Breaker.Signer or Breaker.CodeChanged or Breaker.AddressReserved
            or Breaker.LostNonce;

    /// <summary>What is beyond its limit, open or not, each with its reason.</summary>
    /// <param name="balance">Null where it is not known: then it says nothing.</param>
    public static IEnumerable<(Breaker Breaker, string Reason)> Tripped(TransactionTally tally, Wei? balance, BreakerOptions options)
    {
        if (tally.GasWithoutSuccess is var gas && gas > options.GasWithoutSuccess)
            yield return (Breaker.GasWithoutSuccess, $"{gas} wei of gas were spent since the last liquidation, at most {options.GasWithoutSuccess} are allowed");
        if (tally.ConsecutiveReverts is var reverts && reverts >= options.ConsecutiveReverts)
            yield return (Breaker.ConsecutiveReverts, $"{reverts} transactions in a row reverted");
        if (tally.ContradictedPlans is var plans && plans >= options.ContradictedPlans)
            yield return (Breaker.MirrorDivergence, $"the simulation called every account of {plans} plans in a row healthy");
        if (balance < options.MinBalance)
            yield return (Breaker.Balance, $"{balance} wei are left, less than {options.MinBalance}");
    }

    /// <summary>The time by the chain's clock at which it closes by itself; null where no time closes it.</summary>
    public static ulong? ResumesAt(OpenBreaker open, BreakerOptions options) =>
        NeedsPerson(open.Breaker) || open.Breaker == Breaker.Balance || options.ResumeAfterSeconds == 0 ? null : open.Since + options.ResumeAfterSeconds;

    /// <summary>Why an open breaker closes now by itself; null where it stays open.</summary>
    /// <param name="isTooDear">A node says that the balance does not cover what is in flight: as long as it does, another reading proves nothing.</param>
    public static string? Resumes(OpenBreaker open, ulong now, Wei? balance, bool isTooDear, BreakerOptions options) => open.Breaker switch
    {
        Breaker.Balance => !isTooDear && balance >= options.MinBalance ? $"the balance is {balance} wei again" : null,
        _ => ResumesAt(open, options) <= now ? $"{options.ResumeAfterSeconds} s have passed" : null,
    };
}
