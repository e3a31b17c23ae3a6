using System.Buffers.Binary;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Nethereum.Contracts;

namespace Keeper.Chain.Nethereum.Contracts.Executor;

/// <summary>
/// The executor's owner by Nethereum's messages. Calls go through the port's client and not through <c>ContractHandler</c>, which
/// cannot read at a block's hash and reads an empty answer as zero.
/// </summary>
internal sealed class LiquidationExecutorService : IExecutorContract
{
    private static readonly Reverts Errors = new(
        typeof(NotOwnerError), typeof(NotOperatorError), typeof(ZeroAddressError), typeof(ReenteredError), typeof(ExecutorPausedError), typeof(DeadlinePassedError),
        typeof(NoItemsError), typeof(NotAllowedError), typeof(TokenNotAllowedError), typeof(DuplicateTokenError), typeof(NotAContractError),
        typeof(InsufficientGasError), typeof(MinProfitNotMetError), typeof(TransferFailedError), typeof(TokenCallFailedError));

    public byte[] DeployData(ReadOnlyMemory<byte> initCode, ExecutorRoles roles) => new LiquidationExecutorDeployment
    {
        ByteCode = Hex.Encode(initCode.Span), Owner = roles.Owner.ToString(), Operator = roles.Operator.ToString(), Treasury = roles.Treasury.ToString(),
    }.GetDeploymentData();

    public byte[] AllowTarget(Address target, uint selector, bool allowed) =>
        new AllowTargetFunction { Target = target.ToString(), Selector = ToBytes(selector), Allowed = allowed }.GetCallData();

    public byte[] AllowToken(Address token, bool allowed) => new AllowTokenFunction { Token = token.ToString(), Allowed = allowed }.GetCallData();

    public byte[] SetOperator(Address operatorAddress) => new SetOperatorFunction { Operator = operatorAddress.ToString() }.GetCallData();

    public byte[] SetPaused(bool paused) => new SetPausedFunction { Paused = paused }.GetCallData();

    public async Task<ExecutorState> ReadAsync(IChainClient client, Address executor, BlockId at, CancellationToken cancellation)
    {
        var answers = await client.CallAsync(
            [
                new(executor, new OwnerFunction().GetCallData()), new(executor, new OperatorFunction().GetCallData()),
                new(executor, new TreasuryFunction().GetCallData()), new(executor, new PausedFunction().GetCallData()),
            ], at, cancellation).ConfigureAwait(false);
        return new(ToAddress(answers[0]), ToAddress(answers[1]), ToAddress(answers[2]), ToBool(answers[3]));
    }

    public async Task<IReadOnlyList<bool>> AreGivenAsync(IChainClient client, Address executor, IReadOnlyList<ExecutorGrant> grants, BlockId at, CancellationToken cancellation) =>
        [.. (await client.CallAsync([.. grants.Select(grant => new CallRequest(executor, Question(grant)))], at, cancellation).ConfigureAwait(false)).Select(ToBool)];

    public string DescribeRevert(ReadOnlyMemory<byte> data) => Errors.Describe(data);

    private static byte[] Question(ExecutorGrant grant) => grant switch
    {
        ExecutorGrant.Call(var target, var selector) => new IsTargetAllowedFunction { Target = target.ToString(), Selector = ToBytes(selector) }.GetCallData(),
        ExecutorGrant.Settlement(var token) => new IsTokenAllowedFunction { Token = token.ToString() }.GetCallData(),
        _ => throw new ArgumentOutOfRangeException(nameof(grant)),
    };

    private Address ToAddress(CallResult answer) => Address.Parse(Answer<AddressAnswer>(answer).Value);

    private bool ToBool(CallResult answer) => Answer<BoolAnswer>(answer).Value;

    private T Answer<T>(CallResult answer) where T : new() => StrictAbi.DecodeAnswer<T>(ContractAnswer.Require(answer, DescribeRevert), isExact: true);

    private static byte[] ToBytes(uint selector)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, selector);
        return bytes;
    }
}
