using System.Net.Http.Headers;
using Keeper.Chain.Native;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Rlp;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Signing;
using Keeper.Core.Primitives;
using Keeper.Host.Running;
using Keeper.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Keeper.Tests.Chain.Signing;

/// <summary>The remote signer against a server that signs, and against one that does everything else.</summary>
public sealed class RemoteSignerTests
{
    private const string Key = "4646464646464646464646464646464646464646464646464646464646464646";
    private static readonly Address KeyAddress = Address.Parse("0x9d8a62f656a8d1615c1294fd71e9cfb3e4855a4f"); // the example of EIP-155
    private static readonly TransactionFields Plain = new(
        31337, 7, Address.Parse("0x3535353535353535353535353535353535353535"), Wei.Zero, new byte[] { 1, 2, 3 }, new Gas(90_000), new Fees(Wei.FromGwei(20), Wei.FromGwei(2)));

    public static TheoryData<string, RemoteSignerMethod> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, RemoteSignerMethod>();
            foreach (var library in ChainLibraries.BuiltIn)
                foreach (var method in Enum.GetValues<RemoteSignerMethod>()) shapes.Add(library.Name, method);
            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task What_a_real_signer_signs_is_what_a_local_key_signs(string library, RemoteSignerMethod method)
    {
        await using var server = await StandInSigner.StartAsync(Key);
        await using var signer = Open(server.Url, library, method);
        using var local = LocalSigner.FromHex(Key);
        TransactionFields[] asked =
        [
            Plain, Plain with { Fees = Fees.Legacy(Wei.FromGwei(9)) }, Plain with { To = null }, Plain with { Data = default, Nonce = 0, Value = new Wei(UInt256.MaxValue) },
            Plain with { Data = new byte[20_000], Fees = new Fees(new Wei(1u), Wei.Zero) },
        ];
        foreach (var fields in asked)
        {
            var (remote, own) = (await signer.SignAsync(fields, default), await local.SignAsync(fields, default));
            Assert.Equal((own.Hash, own.Sender, Hex.Encode(own.Raw.Span)), (remote.Hash, remote.Sender, Hex.Encode(remote.Raw.Span)));
        }
        Assert.Equal(KeyAddress, signer.Address);
    }

    [Fact]
    public async Task The_request_has_the_shape_that_web3signer_and_clef_document()
    {
        await using var server = await StandInSigner.StartAsync(Key);
        await using (var web3Signer = Open(server.Url)) await web3Signer.SignAsync(Plain, default);
        await using (var clef = Open(server.Url, method: RemoteSignerMethod.AccountSignTransaction)) await clef.SignAsync(Plain with { Fees = Fees.Legacy(Wei.FromGwei(20)) }, default);
        var common = "\"from\":\"0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F\",\"to\":\"0x3535353535353535353535353535353535353535\",\"gas\":\"0x15f90\"";
        Assert.Equal(
            [
                $$$"""{"jsonrpc":"2.0","id":1,"method":"eth_signTransaction","params":[{{{{common}}},"maxFeePerGas":"0x4a817c800","maxPriorityFeePerGas":"0x77359400","value":"0x0","nonce":"0x7","chainId":"0x7a69","data":"0x010203"}]}""",
                $$$"""{"jsonrpc":"2.0","id":1,"method":"account_signTransaction","params":[{{{{common}}},"gasPrice":"0x4a817c800","value":"0x0","nonce":"0x7","chainId":"0x7a69","input":"0x010203"}]}""",
            ], server.Asked);
    }

    [Theory]
    [InlineData("Bearer", "canary-token", "Bearer canary-token")]
    [InlineData("Basic", "dXNlcjpwYXNz", "Basic dXNlcjpwYXNz")]
    public async Task A_header_opens_a_signer_that_asks_for_one(string scheme, string value, string expected)
    {
        await using var server = await StandInSigner.StartAsync(Key);
        server.Authorization = expected;
        await using var signer = Open(server.Url, header: new(scheme, value));
        await signer.SignAsync(Plain, default);
        await using var stranger = Open(server.Url);
        Assert.Equal((SigningFault.Unreachable, "The remote signer gave no signature: signer: HTTP 401."), await FailAsync(stranger));
    }

    [Fact]
    public async Task A_signer_behind_a_socket_of_this_machine_is_reached()
    {
        if (OperatingSystem.IsWindows()) return;
        var folder = Directory.CreateTempSubdirectory("signer-");
        try
        {
            await using var server = await StandInSigner.StartAsync(Key, Path.Combine(folder.FullName, "s"));
            await using var signer = new RemoteSigner(
                new() { Url = new Uri("http://localhost/"), SocketPath = server.Url.AbsolutePath, Address = KeyAddress, Timeout = Ample }, NativeChainLibrary.Instance.ReadTransaction, AddressChecksum.Format, TimeProvider.System);
            Assert.Equal(KeyAddress, (await signer.SignAsync(Plain, default)).Sender);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_signer_that_is_on_another_chain_is_refused()
    {
        await using var server = await StandInSigner.StartAsync(Key);
        server.ChainId = 1;
        await using var signer = Open(server.Url);
        Assert.Equal((SigningFault.OtherTransaction, "The remote signer's transaction has another chainId than was asked for."), await FailAsync(signer));
    }

    public static TheoryData<string, string> OtherTransactions
    {
        get
        {
            var other = new TheoryData<string, string>();
            foreach (var library in ChainLibraries.BuiltIn)
                foreach (var name in Changes.Keys) other.Add(library.Name, name);
            return other;
        }
    }

    private static readonly Dictionary<string, Func<TransactionFields, TransactionFields>> Changes = new()
    {
        ["type"] = asked => asked with { Fees = Fees.Legacy(asked.Fees.MaxFeePerGas) },
        ["nonce"] = asked => asked with { Nonce = 8 },
        ["to"] = asked => asked with { To = KeyAddress },
        ["value"] = asked => asked with { Value = new Wei(1u) },
        ["data"] = asked => asked with { Data = new byte[] { 1, 2, 4 } },
        ["gas"] = asked => asked with { GasLimit = new Gas(90_001) },
        ["maxFeePerGas"] = asked => asked with { Fees = new Fees(Wei.FromGwei(21), Wei.FromGwei(2)) },
        ["maxPriorityFeePerGas"] = asked => asked with { Fees = new Fees(Wei.FromGwei(20), Wei.FromGwei(3)) },
    };

    [Theory]
    [MemberData(nameof(OtherTransactions))]
    public async Task A_signature_of_another_transaction_is_refused_by_the_name_of_its_field(string library, string field)
    {
        using var local = LocalSigner.FromHex(Key);
        var other = await local.SignAsync(Changes[field](Plain), default);
        await using var node = (await ScriptedNode.StartAsync()).On("eth_signTransaction", _ => Hex.Encode(other.Raw.Span));
        await using var signer = Open(node.HttpUrl, library);
        Assert.Equal((SigningFault.OtherTransaction, $"The remote signer's transaction has another {field} than was asked for."), await FailAsync(signer));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task A_signature_of_another_key_is_refused(string library)
    {
        using var local = LocalSigner.FromHex(new string('7', 64));
        var signed = await local.SignAsync(Plain, default);
        await using var node = (await ScriptedNode.StartAsync()).On("eth_signTransaction", _ => Hex.Encode(signed.Raw.Span));
        await using var signer = Open(node.HttpUrl, library);
        Assert.Equal((SigningFault.OtherTransaction, "The remote signer's transaction has another from than was asked for."), await FailAsync(signer));
    }

    public static TheoryData<string> Libraries => [.. ChainLibraries.BuiltIn.Select(library => library.Name)];

    /// <summary>A high s, an access list, bytes left over, no replay protection, nested lists without end, nothing.</summary>
    [Theory]
    [MemberData(nameof(Libraries))]
    public async Task Bytes_that_no_node_would_take_are_refused(string library)
    {
        using var local = LocalSigner.FromHex(Key);
        var good = (await local.SignAsync(Plain, default)).Raw.ToArray();
        var signature = new RecoverableSignature(UInt256.ReadBigEndian(good.AsSpan(good.Length - 65, 32)), UInt256.ReadBigEndian(good.AsSpan(good.Length - 32)), 0);
        byte[][] bad =
        [
            TransactionEncoding.Encode(Plain, signature with { S = Secp256k1.Order - signature.S, RecoveryId = 1 }),
            TransactionEncoding.Encode(Plain, signature with { S = Secp256k1.Order - signature.S, RecoveryId = 0 }),
            [.. good, 0], good[..^1], [1, .. good[1..]], [], [0xc0], [.. Enumerable.Repeat((byte)0xc1, 100_000)], [2, .. Enumerable.Repeat((byte)0xf9, 200_000)],
            [2, 0xf8, (byte)(good.Length - 2), .. good[3..]],
        ];
        byte[]? raw = null;
        await using var node = (await ScriptedNode.StartAsync()).On("eth_signTransaction", _ => Hex.Encode(raw));
        await using var signer = Open(node.HttpUrl, library);
        raw = good;
        await signer.SignAsync(Plain, default);
        foreach (var (bytes, i) in bad.Select((bytes, i) => (bytes, i)))
        {
            if (bytes.AsSpan().SequenceEqual(good)) continue;
            raw = bytes;
            Assert.True((await FailAsync(signer)).Fault == SigningFault.Malformed, $"case {i}");
        }
    }

    public static TheoryData<int, string, SigningFault> Answers => new()
    {
        { 200, "<html>canary</html>", SigningFault.Malformed },
        { 200, "", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":"0x02f8"}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":"canary"}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":null}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":{"tx":{}}}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":["0x"]}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":"\ud800"}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"error":{"code":-32000,"message":"canary: Request denied"}}""", SigningFault.Refused },
        { 400, """{"jsonrpc":"2.0","id":{id},"error":{"code":-32602,"message":"canary"}}""", SigningFault.Refused },
        { 200, """{"jsonrpc":"2.0","id":{id},"error":"canary"}""", SigningFault.Malformed },
        { 500, "canary", SigningFault.Unreachable },
        { 503, """{"jsonrpc":"2.0","id":{id},"result":"GOOD"}""", SigningFault.Unreachable },
        { 302, "canary", SigningFault.Unreachable },
        // The very transaction, but not as the answer to this question.
        { 200, """{"jsonrpc":"2.0","id":77,"result":"GOOD"}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":"{id}","result":"GOOD"}""", SigningFault.Malformed },
        { 200, """{"id":{id},"result":"GOOD"}""", SigningFault.Malformed },
        { 200, """[{"jsonrpc":"2.0","id":{id},"result":"GOOD"}]""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":"GOOD","error":{"code":1}}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":"0x","result":"GOOD"}""", SigningFault.Malformed },
        { 200, """{"jsonrpc":"2.0","id":{id},"result":"GOOD"} canary""", SigningFault.Malformed },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_answer_that_is_no_answer_is_refused_and_not_repeated(int status, string body, SigningFault fault)
    {
        using var local = LocalSigner.FromHex(Key);
        var good = Hex.Encode((await local.SignAsync(Plain, default)).Raw.Span);
        await using var node = (await ScriptedNode.StartAsync()).Next(status, body.Replace("GOOD", good, StringComparison.Ordinal)).On("eth_signTransaction", _ => good);
        await using var signer = Open(node.HttpUrl);
        var (actual, message) = await FailAsync(signer);
        Assert.Equal(fault, actual);
        Assert.DoesNotContain("canary", message, StringComparison.Ordinal);
        // Nothing of it sticks.
        Assert.Equal(KeyAddress, (await signer.SignAsync(Plain, default)).Sender);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_huge_answer_is_cut_off(bool announced)
    {
        await using var node = (await ScriptedNode.StartAsync()).Next(async (context, _) =>
        {
            if (announced) context.Response.ContentLength = 1L << 30;
            var chunk = new byte[1 << 16];
            try
            {
                for (var i = 0; i < 16_384; i++) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException) { }
        });
        await using var signer = Open(node.HttpUrl);
        Assert.Equal((SigningFault.Malformed, "The remote signer gave no signature: signer: eth_signTransaction: the answer exceeds 1048576 bytes."), await FailAsync(signer));
    }

    [Fact]
    public async Task A_signer_that_is_slow_is_given_up_and_one_that_is_gone_is_told()
    {
        var node = await ScriptedNode.StartAsync();
        node.Next(async (context, _) => await Task.Delay(TimeSpan.FromMinutes(5), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var signer = Open(node.HttpUrl, timeout: TimeSpan.FromMilliseconds(300));
        Assert.Equal((SigningFault.Unreachable, "The remote signer gave no signature: signer: no answer to eth_signTransaction within 0.3 s."), await FailAsync(signer));
        await node.DisposeAsync();
        await using var late = Open(node.HttpUrl);
        Assert.Equal((SigningFault.Unreachable, "The remote signer gave no signature: signer: the request failed (ConnectionError)."), await FailAsync(late));
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_not_kept_waiting()
    {
        await using var node = (await ScriptedNode.StartAsync()).Next(async (context, _) => await Task.Delay(TimeSpan.FromMinutes(5), context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default));
        await using var signer = Open(node.HttpUrl);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await signer.SignAsync(Plain, stop.Token));
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        await using var server = await SelfSignedServer.StartAsync();
        await using var signer = Open(server.Url);
        Assert.Equal((SigningFault.Unreachable, "The remote signer gave no signature: signer: the request failed (SecureConnectionError)."), await FailAsync(signer));
        Assert.Equal(0, server.Requests);
    }

    [Fact]
    public async Task What_no_signer_signs_is_not_asked_for()
    {
        await using var server = await StandInSigner.StartAsync(Key);
        await using var signer = Open(server.Url);
        await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain with { ChainId = 0 }, default));
        Assert.Empty(server.Asked);
    }

    /// <summary>Long where an answer comes, for a machine under load.</summary>
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(1);

    private static RemoteSigner Open(Uri url, string library = "native", RemoteSignerMethod method = RemoteSignerMethod.EthSignTransaction, AuthenticationHeaderValue? header = null, TimeSpan? timeout = null) => new(
        new() { Url = url, Address = KeyAddress, Method = method, Authorization = header, Timeout = timeout ?? Ample },
        ChainLibraries.Find(library)!.ReadTransaction, AddressChecksum.Format, TimeProvider.System);

    private static async Task<(SigningFault Fault, string Message)> FailAsync(RemoteSigner signer)
    {
        var error = await Assert.ThrowsAsync<SigningException>(async () => await signer.SignAsync(Plain, default));
        Assert.Null(error.InnerException);
        return (error.Fault, error.Message);
    }
}
