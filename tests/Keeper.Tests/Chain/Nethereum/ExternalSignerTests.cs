using Keeper.Chain.Native.Rlp;
using Keeper.Chain.Nethereum.Accounts;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Nethereum.Signer;

namespace Keeper.Tests.Chain.Nethereum;

public sealed class ExternalSignerTests
{
    private static readonly byte[] Key = RandomTransactions.Key(new Random(71));
    private static readonly byte[] Other = RandomTransactions.Key(new Random(72));
    private static readonly TransactionFields Plain = new(31337, 7, new Address(new byte[20]), new Wei(1u), new byte[] { 1, 2, 3 }, new Gas(21_000), new Fees(new Wei(2u), new Wei(1u)));

    /// <summary>Long where an answer comes, for a machine under load.</summary>
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(2);

    public static TheoryData<string> Truthful => new() { "honest", "high s", "forgetful" };

    [Theory]
    [MemberData(nameof(Truthful))]
    public async Task What_it_lets_out_reads_back_as_it_was_asked(string kind)
    {
        using var local = new NethereumSigner(Key);
        var signer = await ExternalSigner.ConnectAsync(Service(kind), Ample, TimeProvider.System, CancellationToken.None);
        Assert.Equal(local.Address, signer.Address);
        var random = new Random(73);
        for (var i = 0; i < 12; i++)
        {
            var asked = RandomTransactions.Next(random);
            var signed = await signer.SignAsync(asked, CancellationToken.None);
            // Refuses a high s.
            var decoded = RawTransaction.Decode(signed.Raw);
            Assert.Equal((signed.Hash, signer.Address, signer.Address), (decoded.Hash, decoded.Sender, signed.Sender));
            Assert.Equal(asked with { Data = default, To = null }, decoded.Fields with { Data = default, To = null });
            Assert.Equal((asked.To, Hex.Encode(asked.Data.Span)), (decoded.Fields.To, Hex.Encode(decoded.Fields.Data.Span)));
        }
    }

    public static TheoryData<string> Untruthful => new() { "lying", "substituting", "zeros", "beyond the order", "too long", "nothing", "idle" };

    [Theory]
    [MemberData(nameof(Untruthful))]
    public async Task A_signature_that_is_not_of_this_key_and_transaction_is_refused(string kind)
    {
        var signer = await ExternalSigner.ConnectAsync(Service(kind), Ample, TimeProvider.System, CancellationToken.None);
        var error = await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain, CancellationToken.None));
        Assert.Contains("gave", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_that_hangs_is_given_up(bool blocks)
    {
        using var service = new HangingService(Key, blocks);
        var timeout = TimeSpan.FromMilliseconds(200);
        Assert.Contains("within", (await Assert.ThrowsAsync<SigningException>(() => ExternalSigner.ConnectAsync(service, timeout, TimeProvider.System, CancellationToken.None))).Message, StringComparison.Ordinal);
        var signer = new ExternalSigner(service, Address.Zero, timeout, TimeProvider.System);
        Assert.Contains("within", (await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain, CancellationToken.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_kept_waiting()
    {
        using var service = new HangingService(Key, blocks: true);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new ExternalSigner(service, Address.Zero, Ample, TimeProvider.System).SignAsync(Plain, stop.Token));
    }

    [Fact]
    public async Task Words_of_a_service_that_throws_are_not_repeated()
    {
        var service = new ThrowingService(Key);
        var connecting = await Assert.ThrowsAsync<SigningException>(() => ExternalSigner.ConnectAsync(service, Ample, TimeProvider.System, CancellationToken.None));
        var signing = await Assert.ThrowsAsync<SigningException>(async () => await new ExternalSigner(service, Address.Zero, Ample, TimeProvider.System).SignAsync(Plain, CancellationToken.None));
        Assert.All([connecting, signing], error => Assert.DoesNotContain("canary", error.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_without_eip_1559_signs_legacy_transactions_only()
    {
        var signer = await ExternalSigner.ConnectAsync(new LegacyService(Key), Ample, TimeProvider.System, CancellationToken.None);
        await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain, CancellationToken.None));
        var legacy = Plain with { Fees = Fees.Legacy(new Wei(3u)) };
        Assert.Equal(signer.Address, RawTransaction.Decode((await signer.SignAsync(legacy, CancellationToken.None)).Raw).Sender);
    }

    [Fact]
    public async Task Signing_what_any_chain_takes_is_refused_before_it_is_asked()
    {
        var signer = new ExternalSigner(new ThrowingService(Key), Address.Zero, Ample, TimeProvider.System);
        var error = await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain with { ChainId = 0 }, CancellationToken.None));
        Assert.Contains("chain id", error.Message, StringComparison.Ordinal);
    }

    private static EthExternalSignerBase Service(string kind) => kind switch
    {
        "honest" => new HonestService(Key),
        "high s" => new HighSService(Key),
        "forgetful" => new ForgetfulService(Key),
        "lying" => new LyingService(Key, Other),
        "substituting" => new SubstitutingService(Key),
        "zeros" => new GarblingService(Key, 32, 0),
        "beyond the order" => new GarblingService(Key, 32, 0xff),
        "too long" => new GarblingService(Key, 33, 1),
        "nothing" => new GarblingService(Key, 0, 0),
        _ => new IdleService(Key),
    };
}
