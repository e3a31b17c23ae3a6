using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror;
using Keeper.Core.Protocol;
using Keeper.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using static Keeper.Tests.Support.TestChainData;

namespace Keeper.Tests.Mirror;

public sealed class MirrorBuilderTests
{
    private readonly ScriptedChain _chain = new();
    private ScriptedProtocol? _protocol;
    private Action<ScriptedProtocol> _setUp = _ => { };

    [Fact]
    public async Task History_is_replayed_from_the_deployment_to_the_newest_block()
    {
        _chain.Newest = Block(120_000);
        _chain.History = [new ScriptedProtocol(new()).PriceLog(Block(70_000), 1, 50), new ScriptedProtocol(new()).PriceLog(Block(119_999), 1, 60)];
        var (mirror, header) = await Builder(deployBlock: 10).BuildAsync(default);
        Assert.Equal([(10UL, 2_009UL), (2_010UL, 52_009UL), (52_010UL, 102_009UL), (102_010UL, 120_000UL)], _chain.Replayed);
        Assert.Equal((Block(120_000), Block(120_000)), (mirror.Head, header.Ref));
        Assert.Equal(60UL, _protocol!.ValueOf(1));
    }

    [Fact]
    public async Task Answers_that_lead_to_further_questions_are_asked_for_at_the_same_block()
    {
        var round = 0;
        _setUp = protocol => protocol.Missing = () => round switch
        {
            0 => [Read("proxy", _ => round = 1)],
            1 => [Read("aggregator", _ => round = 2)],
            _ => [],
        };
        _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
        await Builder().BuildAsync(default);
        Assert.Equal(2, round);
        Assert.All(_chain.Called, asked => Assert.Equal(new BlockId.ByHash(Block(100).Hash), asked.At));
    }

    [Fact]
    public async Task Questions_without_end_are_given_up()
    {
        _setUp = protocol => protocol.Missing = () => [Read("proxy", _ => { })];
        _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Equal(8, _chain.Called.Count);
        Assert.Contains("8 rounds", mirror.FaultOf(_protocol!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_contract_does_not_answer_stays_missing_and_is_asked_for_again(bool answersRubbish)
    {
        var isKnown = false;
        _setUp = protocol => protocol.Missing = () => isKnown ? [] : [Read("quote token", data => isKnown = !new AbiReader(data.Span).ReadUInt256().IsZero)];
        _chain.Answer = (_, _) => answersRubbish ? new CallResult.Returned(new byte[31]) : new CallResult.Reverted(default);
        var builder = Builder();
        var (mirror, _) = await builder.BuildAsync(default);
        Assert.False(isKnown);

        _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
        await builder.ReadMissingAsync(mirror, default);
        Assert.True(isKnown);
    }

    [Fact]
    public async Task Where_a_node_does_not_let_the_contract_answer_nothing_is_decided_until_it_does()
    {
        var isKnown = false;
        _setUp = protocol => protocol.Missing = () => isKnown ? [] : [Read("quote token", _ => isKnown = true)];
        _chain.Answer = (_, _) => new CallResult.Refused("header not found");
        var builder = Builder();
        var (mirror, _) = await builder.BuildAsync(default);
        Assert.Equal("quote token cannot be read: header not found", mirror.FaultOf(_protocol!));
        Assert.Null(mirror.Doubted);

        _chain.Answer = (_, _) => new CallResult.Returned(Word(1));
        await builder.ReadMissingAsync(mirror, default);
        Assert.Null(mirror.FaultOf(_protocol!));
    }

    [Fact]
    public async Task A_block_replaced_while_its_history_was_read_is_read_again()
    {
        var reads = 0;
        _setUp = protocol => protocol.Missing = () =>
        {
            // Between the two looks at the header the chain takes another branch, once.
            if (++reads == 1) _chain.Newest = Block(100, branch: 1);
            return [];
        };
        var (mirror, _) = await Builder().BuildAsync(default);
        Assert.Equal(Block(100, branch: 1), mirror.Head);
        Assert.Equal(2, _chain.Replayed.Count);
    }

    private MirrorBuilder Builder(ulong deployBlock = 0) => new(_chain, TestProfile.Fast, undo =>
    {
        _protocol = new(undo, deployBlock: deployBlock);
        _setUp(_protocol);
        return [_protocol];
    }, TimeProvider.System, NullLogger<MirrorBuilder>.Instance);

    private StateRead Read(string what, Action<ReadOnlyMemory<byte>> apply) => new(what, new CallRequest(_protocol!.Settings.Address, default), apply);
}
