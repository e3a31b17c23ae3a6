using Keeper.Core.Primitives;

namespace Keeper.Core.Submission.Breakers;

/// <summary>When breakers open, and when they close again by themselves.</summary>
public sealed record BreakerOptions
{
    /// <summary>Native coin that settled transactions may cost without one of them liquidating anything. Above zero.</summary>
    public Wei GasWithoutSuccess { get; init; } = Wei.FromGwei(5_000_000_000);

    /// <summary>Transactions in a row that may revert, lost races left out, before the last opens the breaker. 1 to 1,000.</summary>
    public int ConsecutiveReverts { get; init; } = 5;

    /// <summary>The least balance of the key; zero switches the breaker off.</summary>
    public Wei MinBalance { get; init; } = Wei.FromGwei(10_000_000);

    /// <summary>Plans in a row of which the simulation calls every account healthy, before the last opens the breaker. 1 to 1,000.</summary>
    public int ContradictedPlans { get; init; } = 5;

    /// <summary>
    /// Seconds by the chain's clock after which a breaker that needs no person closes again; 0: never by itself. The clock of the
    /// machine may jump and starts anew with the process, the chain's does neither.
    /// </summary>
    public ulong ResumeAfterSeconds { get; init; } = 900;
}
