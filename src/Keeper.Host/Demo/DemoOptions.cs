namespace Keeper.Host.Demo;

/// <param name="Protocol">The type of its adapter: one of <see cref="DemoProtocols"/>.</param>
/// <param name="Accounts">How many accounts are opened. 1 to 5,000.</param>
/// <param name="Seed">Of the accounts and the price path: the same seed gives the same of both.</param>
/// <param name="Rounds">Of the price path, which ends there. 1 to <see cref="PricePath.RoundCount"/>.</param>
/// <param name="Keep">Leave node and keeper running at the end, until interrupted.</param>
/// <param name="Json">End with one JSON object instead of a table.</param>
/// <param name="Client">The library of the set-up and of the keeper; the judge always reads by the built-in one.</param>
internal sealed record DemoOptions(string Protocol, int Accounts, int Seed, int Rounds, bool Keep, bool Json, string Client);
