using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>A call that deals with an account, as configuration writes it.</summary>
/// <param name="IsForBadDebt">It is made where nothing is left to liquidate, and not where something is.</param>
/// <param name="Target">Null for the protocol's contract.</param>
/// <param name="ForEach">A list in a view's answer: the call is made once for each of its elements; null makes it once.</param>
/// <param name="Arguments"><c>account</c>, <c>each</c>, <c>executor</c>, <c>max</c>, constants, fields of views, and lists of them such as <c>[account]</c>.</param>
/// <param name="ExpectedReward">A decimal amount of the reward's token, or a field of a view in its smallest unit.</param>
public sealed record CallText(
    bool IsForBadDebt, string Function, Address? Target, string? ForEach, IReadOnlyList<string> Arguments, ulong GasLimit, ulong? ExpectedGas, string ExpectedReward, bool ReturnsReward,
    TermFault Fail);
