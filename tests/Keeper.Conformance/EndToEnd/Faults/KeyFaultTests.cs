using Keeper.Chain.Native.Crypto;
using Keeper.Conformance.Chain.Faults;
using Keeper.Conformance.Support.Faults;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Journal;
using Keeper.Core.Primitives;
using Keeper.Core.Submission.Breakers;
using Keeper.Core.Submission.Control;
using Keeper.Host;
using Keeper.Host.Cli;

namespace Keeper.Conformance.EndToEnd.Faults;

/// <summary>The key itself: somebody else uses it, its wallet is empty, its signer lies, its money is spent, its operator says stop.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class KeyFaultTests(FaultChain chain) : IClassFixture<FaultChain>
{
    private const string Send = "eth_sendRawTransaction";

    [Fact]
    public async Task A_foreign_transaction_of_the_key_halts_it_until_an_operator_adopts_the_nonce()
    {
        await using var scene = await chain.SceneAsync();
        // Half a minute must pass until it is certain: three seconds by this clock.
        await scene.StartAsync(setup => setup with { Time = new HurriedTime(10), Endpoints = [.. setup.Endpoints.Select(endpoint => endpoint with { RequestTimeout = TimeSpan.FromSeconds(60) })] });
        using var key = scene.Exchange.OperatorKey();
        var foreign = await key.SignAsync(
            new(31337, 0, scene.Exchange.Deployment.Treasury, new Wei(1), ReadOnlyMemory<byte>.Empty, new Gas(21_000), new Fees(Wei.FromGwei(100), Wei.FromGwei(1))), default);
        await scene.Exchange.Rpc.RequestAsync(Send, foreign.Raw);
        await scene.UntilAsync("it halts", () => scene.Keeper.Sender!.Halted is not null);
        await scene.PriceAsync();
        await scene.UntilAsync("the breaker opens", async () => await OpenedAsync(scene, Breaker.ForeignNonce));
        await scene.MineAsync(3);
        await scene.HandledAsync();
        Assert.Empty(scene.Proxy.Sends);

        // The control: what is signed with the nonce that it would have taken is taken by nobody.
        var late = await key.SignAsync(
            new(31337, 0, scene.Exchange.Deployment.Executor, Wei.Zero, ReadOnlyMemory<byte>.Empty, new Gas(100_000), new Fees(Wei.FromGwei(100), Wei.FromGwei(1))), default);
        Assert.Equal(SendError.NonceTooLow, (await scene.Keeper.Client.SendRawTransactionAsync(late.Raw, default)).Error);
        var answer = await scene.Keeper.Sender!.AskAsync(new ControlRequest.AdoptNonce(null), default);
        Assert.Null(answer.Refusal);
        await scene.UntilCalmAsync();
        var mined = await scene.Exchange.OperatorTransactionsAsync(await scene.Exchange.BlockNumberAsync());
        Assert.Equal(foreign.Hash, mined[0].Hash);
        Assert.Equal(1UL, (await scene.Keeper.EntriesAsync<JournalEntry.Signed>())[0].Nonce);
        Assert.Equal(mined.Skip(1).Select(transaction => transaction.Hash), (await scene.Keeper.EntriesAsync<JournalEntry.Settled>()).Select(settled => settled.Hash));
        Assert.Equal(1UL, Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Adopted>()).NextNonce);
    }

    [Fact]
    public async Task An_empty_wallet_opens_the_breaker_and_money_closes_it()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync();
        await scene.Exchange.Rpc.RequestAsync("anvil_setBalance", scene.Operator, "0x0");
        await scene.UntilAsync("the breaker opens", async () => await OpenedAsync(scene, Breaker.Balance));
        await scene.PriceAsync();
        await scene.MineAsync(3);
        await scene.HandledAsync();
        Assert.False(scene.Keeper.IsReady);
        Assert.Empty(scene.Proxy.Sends);

        await scene.Exchange.Rpc.RequestAsync("anvil_setBalance", scene.Operator, "0x8ac7230489e80000");
        await scene.UntilCalmAsync();
        Assert.True(scene.Keeper.IsReady);
        await scene.JudgeFirstAsync();
    }

    [Fact]
    public async Task The_kill_switch_stops_what_is_new_and_brings_what_is_old_to_its_end()
    {
        await using var scene = await chain.SceneAsync();
        scene.Proxy.On(Send, Rules.AcceptAndDiscard);
        await scene.StartAsync();
        await scene.PriceAsync();
        await scene.UntilSentAsync();
        Assert.Null((await scene.Keeper.Sender!.AskAsync(new ControlRequest.Halt("a drill"), default)).Refusal);
        var before = (await scene.Keeper.EntriesAsync<JournalEntry.Intended>()).Count;
        await scene.PriceAsync(93);
        scene.Proxy.Mend();
        await scene.UntilAsync("what is old is settled", scene.Keeper.IsSettledAsync);
        await scene.HandledAsync();
        Assert.Equal(before, (await scene.Keeper.EntriesAsync<JournalEntry.Intended>()).Count);
        Assert.Equal((ulong)before, await scene.Exchange.NonceAsync(scene.Operator));

        // Also after a restart.
        await scene.StopAsync();
        await scene.BeginAsync();
        await scene.MineAsync(4);
        await scene.HandledAsync();
        Assert.Equal((ulong)before, await scene.Exchange.NonceAsync(scene.Operator));
        Assert.Null((await scene.Keeper.Sender!.AskAsync(new ControlRequest.Resume(null), default)).Refusal);
        await scene.UntilCalmAsync();
        Assert.True((await scene.JudgeAsync()).Count > before);
    }

    [Fact]
    public async Task When_the_hours_money_is_spent_nothing_new_is_signed_and_a_restart_does_not_forget()
    {
        await using var scene = await chain.SceneAsync();
        // One by one and with low bids, so that any of them may cost less than all before it did.
        await scene.StartAsync(Sparing);
        foreach (var percent in (int[])[97, 94])
        {
            await scene.PriceAsync(percent);
            await scene.UntilCalmAsync();
        }
        var spent = Wei.Zero;
        foreach (var mined in await scene.Keeper.EntriesAsync<JournalEntry.Mined>()) spent += mined.EffectiveGasPrice * mined.GasUsed;
        var sends = scene.Proxy.Sends.Count;
        await scene.StopAsync();

        await scene.StartAsync(Limited);
        await scene.PriceAsync(90);
        await AssertRefusesAsync();
        await scene.StopAsync();
        await scene.StartAsync(Limited);
        await AssertRefusesAsync();
        await scene.JudgeAsync();
        await scene.StopAsync();

        // The control: one that has forgotten what was spent goes on within the same limit.
        await scene.StartAsync(setup => Limited(setup) with { JournalPath = $"{scene.JournalPath}-anew" });
        await scene.UntilAsync("it sends", () => scene.Proxy.Sends.Count > sends);

        KeeperSetup Sparing(KeeperSetup setup) => setup with { Planning = new() { MaxAccountsPerTransaction = 1 }, Submission = setup.Submission with { FirstBidSharePpm = 0 } };
        KeeperSetup Limited(KeeperSetup setup) => Sparing(setup with { Submission = setup.Submission with { MaxCostPerHour = spent } });

        async Task AssertRefusesAsync()
        {
            await scene.UntilAsync("the limit of the hour refuses", () => scene.Keeper.Lines.Any(line => line.StartsWith("The policy rule hourly_cost refused", StringComparison.Ordinal)));
            await scene.HandledAsync();
            Assert.Equal(sends, scene.Proxy.Sends.Count);
            Assert.All(scene.Keeper.Lines.Where(line => line.StartsWith("The policy rule", StringComparison.Ordinal)), line => Assert.Contains("hourly_cost", line, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("another nonce")]
    [InlineData("more gas")]
    [InlineData("a dearer bid")]
    [InlineData("another recipient")]
    public async Task A_signer_that_returns_another_transaction_gets_nothing_sent(string lie)
    {
        await using var scene = await chain.SceneAsync();
        var liar = new Liar(lie);
        await scene.StartAsync(setup => setup with { AroundSigner = signer => liar.Around(signer) });
        await scene.PriceAsync();
        await scene.UntilAsync("the breaker opens", async () => await OpenedAsync(scene, Breaker.Signer));
        await scene.MineAsync(2);
        await scene.HandledAsync();
        Assert.Empty(scene.Proxy.Sends);
        Assert.Empty(await scene.Keeper.EntriesAsync<JournalEntry.Signed>());
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));

        liar.IsHonest = true;
        Assert.Null((await scene.Keeper.Sender!.AskAsync(new ControlRequest.Resume(Breaker.Signer), default)).Refusal);
        await scene.UntilCalmAsync();
        await scene.JudgeAsync();
    }

    /// <summary>No simulation can see it: what makes the call revert is in the same block, before it.</summary>
    [Fact]
    public async Task A_revert_that_the_block_itself_brings_about_opens_the_breaker_and_nothing_new_is_paid_for()
    {
        await using var scene = await chain.SceneAsync();
        await scene.StartAsync(setup => setup with { Breakers = new() { ConsecutiveReverts = 1 } });
        await scene.PriceAsync();
        await scene.UntilSentAsync();
        await PauseAsync(scene, isPaused: true);
        await scene.MineAsync();
        await scene.UntilAsync("the breaker opens", () => OpenedAsync(scene, Breaker.ConsecutiveReverts));
        Assert.False(Assert.Single(await scene.Keeper.EntriesAsync<JournalEntry.Mined>()).Succeeded);
        var sends = scene.Proxy.Sends.Count;
        await PauseAsync(scene, isPaused: false);
        // Others fall, whom no revert has given a pause.
        await scene.PriceAsync(93);
        await scene.MineAsync(3);
        await scene.HandledAsync();
        Assert.Equal(sends, scene.Proxy.Sends.Count);

        // The control: it is the breaker that held them back.
        Assert.Null((await scene.Keeper.Sender!.AskAsync(new ControlRequest.Resume(Breaker.ConsecutiveReverts), default)).Refusal);
        await scene.UntilCalmAsync();
        Assert.True((await scene.JudgeAsync(isAlone: false)).Count >= 2);

        static Task PauseAsync(FaultScene scene, bool isPaused) => scene.Exchange.Rpc.RequestAsync("eth_sendTransaction", new Dictionary<string, object>
        {
            ["from"] = scene.Exchange.Deployment.Owner.ToString(), ["to"] = scene.Exchange.Deployment.Executor.ToString(), ["gas"] = "0x100000",
            ["data"] = Hex.Encode(new AbiWriter().Word(isPaused).ToCall(Keccak.Selector("setPaused(bool)"))),
            ["maxFeePerGas"] = Wei.FromGwei(5_000), ["maxPriorityFeePerGas"] = Wei.FromGwei(1_000),
        });
    }

    [Theory]
    [InlineData("a wrong password")]
    [InlineData("a keystore that others may read")]
    public async Task A_key_that_is_not_to_be_trusted_starts_nothing(string fault)
    {
        if (OperatingSystem.IsWindows()) return;
        await using var scene = await chain.SceneAsync();
        var folder = scene.Exchange.Workspace.Folder;
        var (keystore, password) = (Path.Combine(folder, "operator.json"), Path.Combine(folder, "operator.password"));
        var (mode, secret) = (File.GetUnixFileMode(keystore), await File.ReadAllTextAsync(password));
        await scene.PriceAsync();
        try
        {
            if (fault == "a wrong password") await File.WriteAllTextAsync(password, "wrong");
            else File.SetUnixFileMode(keystore, mode | UnixFileMode.OtherRead);
            using var error = new StringWriter();
            Assert.Equal(ExitCode.Config, await KeeperCli.InvokeAsync(["run", "--config", scene.Exchange.Workspace.ConfigPath], TextReader.Null, TextWriter.Null, error, new Dictionary<string, string>()));
            Assert.Contains("key.keystore cannot be opened", error.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            await File.WriteAllTextAsync(password, secret);
            File.SetUnixFileMode(keystore, mode);
        }
        await scene.MineAsync(2);
        Assert.Equal(0UL, await scene.Exchange.NonceAsync(scene.Operator));

        // The control: with the key as it was there is something to do.
        await scene.StartAsync();
        await scene.UntilCalmAsync();
        Assert.NotEmpty(await scene.JudgeAsync());
    }

    private static async Task<bool> OpenedAsync(FaultScene scene, Breaker breaker) =>
        (await scene.Keeper.EntriesAsync<JournalEntry.BreakerChanged>()).Any(entry => entry.IsOpen && BreakerBoard.Parse(entry.Breaker) == breaker);

    /// <summary>Signs, with the right key, what it was not asked for.</summary>
    private sealed class Liar(string lie)
    {
        public bool IsHonest { get; set; }
        public ISigner Around(ISigner signer) => new Lying(signer, this);

        private TransactionFields Alter(TransactionFields asked) => lie switch
        {
            "another nonce" => asked with { Nonce = asked.Nonce + 1 },
            "more gas" => asked with { GasLimit = new(asked.GasLimit.Value + 1) },
            "a dearer bid" => asked with { Fees = new(asked.Fees.MaxFeePerGas + new Wei(1), asked.Fees.MaxPriorityFeePerGas) },
            _ => asked with { To = asked.To is null ? null : Address.Zero },
        };

        private sealed class Lying(ISigner signer, Liar liar) : ISigner
        {
            public Address Address => signer.Address;

            public ValueTask<SignedTransaction> SignAsync(TransactionFields transaction, CancellationToken cancellation) =>
                signer.SignAsync(liar.IsHonest ? transaction : liar.Alter(transaction), cancellation);
        }
    }
}
