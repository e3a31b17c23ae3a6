using Keeper.Core.Primitives;

namespace Keeper.Protocols.Declared;

/// <summary>A view that is asked for an account, as configuration writes it.</summary>
/// <param name="Name">By which fields of its answer are named: <c>health.equity</c>.</param>
/// <param name="Function">Its signature with <c>returns</c>.</param>
/// <param name="Target">Null for the protocol's contract.</param>
/// <param name="Arguments"><c>account</c> and constants.</param>
public sealed record ViewText(string Name, string Function, Address? Target, IReadOnlyList<string> Arguments, TermFault Fail);
