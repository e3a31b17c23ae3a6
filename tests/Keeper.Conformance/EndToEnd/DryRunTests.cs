namespace Keeper.Conformance.EndToEnd;

public sealed class DryRunTests
{
    [Fact]
    public async Task A_dry_run_tells_what_it_would_sign_and_signs_nothing()
    {
        await using var exchange = await ExchangeChain.StartAsync(accounts: 60, seed: 4);
        // It needs no key: there is none.
        File.Delete(Path.Combine(exchange.Workspace.Folder, "operator.json"));
        await using var keeper = KeeperProcess.Start(exchange, "--dry-run");
        await keeper.ReadyAsync(exchange);
        await exchange.TransmitAsync(90);
        await keeper.SaysAsync(line => line.Contains("Would sign for", StringComparison.Ordinal), TimeSpan.FromSeconds(90));

        var block = await exchange.BlockNumberAsync();
        for (var i = 0; i < 3; i++) block = await exchange.NextBlockAsync(block);
        Assert.NotEmpty(await exchange.LiquidatableAsync(block));
        Assert.Equal(0UL, await exchange.NonceAsync(exchange.Workspace.Operator));
        Assert.Empty(Directory.GetFiles(exchange.Workspace.Folder, "journal*"));
        Assert.DoesNotContain(keeper.Lines, line => line.Contains("Liquidated ", StringComparison.Ordinal));

        // The same accounts are told once, not with every block.
        var told = keeper.Lines.Where(line => line.Contains("Would sign for", StringComparison.Ordinal)).Select(line => line[(line.IndexOf('(') + 1)..line.IndexOf(')')]).SelectMany(accounts => accounts.Split(", ")).ToArray();
        Assert.Equal(told.Length, told.Distinct().Count());
    }
}
