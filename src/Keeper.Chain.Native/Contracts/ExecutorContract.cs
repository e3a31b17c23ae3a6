using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;

namespace Keeper.Chain.Native.Contracts;

/// <summary>The executor's owner, encoded by hand.</summary>
internal sealed class ExecutorContract : IExecutorContract
{
    /// <summary>The errors of ILiquidationExecutor.sol, and that of SafeToken.sol.</summary>
    private static readonly RevertDecoder Errors = new(new[]
    {
        "NotOwner()", "NotOperator()", "ZeroAddress()", "Reentered()", "ExecutorPaused()", "DeadlinePassed(uint256)", "NoItems()",
        "NotAllowed(address,bytes4)", "TokenNotAllowed(address)", "DuplicateToken(address)", "NotAContract(address)", "InsufficientGas(uint256)",
        "MinProfitNotMet(address,int256,uint256)", "TransferFailed(address)", "TokenCallFailed(address)",
    }.ToDictionary(Keccak.Selector));

    private static readonly uint
        AllowTargetSelector = Keccak.Selector(IExecutorContract.AllowTargetSignature),
        AllowTokenSelector = Keccak.Selector(IExecutorContract.AllowTokenSignature),
        SetOperatorSelector = Keccak.Selector("setOperator(address)"),
        SetPausedSelector = Keccak.Selector("setPaused(bool)"),
        IsTargetAllowedSelector = Keccak.Selector("isTargetAllowed(address,bytes4)"),
        IsTokenAllowedSelector = Keccak.Selector("isTokenAllowed(address)");

    public byte[] DeployData(ReadOnlyMemory<byte> initCode, ExecutorRoles roles) =>
        [.. initCode.Span, .. new AbiWriter().Word(roles.Owner).Word(roles.Operator).Word(roles.Treasury).ToArray()];

    public byte[] AllowTarget(Address target, uint selector, bool allowed) =>
        new AbiWriter().Word(target).Word(SelectorWord(selector)).Word(allowed).ToCall(AllowTargetSelector);

    public byte[] AllowToken(Address token, bool allowed) => new AbiWriter().Word(token).Word(allowed).ToCall(AllowTokenSelector);

    public byte[] SetOperator(Address operatorAddress) => new AbiWriter().Word(operatorAddress).ToCall(SetOperatorSelector);

    public byte[] SetPaused(bool paused) => new AbiWriter().Word(paused).ToCall(SetPausedSelector);

    public async Task<ExecutorState> ReadAsync(IChainClient client, Address executor, BlockId at, CancellationToken cancellation)
    {
        var answers = await client.CallAsync([View(executor, "owner()"), View(executor, "operator()"), View(executor, "treasury()"), View(executor, "paused()")], at, cancellation).ConfigureAwait(false);
        return new(ToAddress(answers[0]), ToAddress(answers[1]), ToAddress(answers[2]), ToBool(answers[3]));
    }

    public async Task<IReadOnlyList<bool>> AreGivenAsync(IChainClient client, Address executor, IReadOnlyList<ExecutorGrant> grants, BlockId at, CancellationToken cancellation) =>
        [.. (await client.CallAsync([.. grants.Select(grant => Question(executor, grant))], at, cancellation).ConfigureAwait(false)).Select(ToBool)];

    public string DescribeRevert(ReadOnlyMemory<byte> data) => Errors.Describe(data.Span);

    private static CallRequest Question(Address executor, ExecutorGrant grant) => new(executor, grant switch
    {
        ExecutorGrant.Call(var target, var selector) => new AbiWriter().Word(target).Word(SelectorWord(selector)).ToCall(IsTargetAllowedSelector),
        ExecutorGrant.Settlement(var token) => new AbiWriter().Word(token).ToCall(IsTokenAllowedSelector),
        _ => throw new ArgumentOutOfRangeException(nameof(grant)),
    });

    private static CallRequest View(Address executor, string signature) => new(executor, new AbiWriter().ToCall(Keccak.Selector(signature)));

    /// <summary>A bytes4 stands at the left of its word.</summary>
    private static UInt256 SelectorWord(uint selector) => new(0, 0, 0, (ulong)selector << 32);

    /// <summary>One word, exactly: short data would otherwise read as zero.</summary>
    private bool ToBool(CallResult answer)
    {
        var reader = new AbiReader(ContractAnswer.Require(answer, DescribeRevert).Span);
        var value = reader.ReadBool();
        reader.RequireEnd();
        return value;
    }

    private Address ToAddress(CallResult answer)
    {
        var reader = new AbiReader(ContractAnswer.Require(answer, DescribeRevert).Span);
        var value = reader.ReadAddress();
        reader.RequireEnd();
        return value;
    }
}
