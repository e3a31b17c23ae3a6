using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Host.Configuration;
using Keeper.Host.Contracts;
using Keeper.Host.Running;

namespace Keeper.Host.Checks;

/// <summary>That the executor is the contract of this build, knows this key, and is allowed to call what will be planned.</summary>
internal sealed class ExecutorProofs(KeeperOptions options, ExecutorOptions executor, IChainClient client, BlockId at)
{
    private const string Field = "executor.address";

    private readonly IExecutorContract _contract = ChainLibraries.Of(options.Chain).Executor;

    /// <param name="operatorAddress">Who must be the operator; null does not ask.</param>
    /// <param name="owner">Who must be the owner; null does not ask.</param>
    public async Task<IReadOnlyList<Proof>> RunAsync(Address? operatorAddress, Address? owner, CancellationToken cancellation)
    {
        var code = await client.GetCodeAsync(executor.Address, at, cancellation);
        var proofs = new List<Proof> { CodeProofs.Judge(Field, executor.Address, executor.CodeHash, code) };
        if (proofs[0].State == ProofState.Failed) return proofs;
        var match = Artifact.Load(Artifact.ExecutorName).Compare(code.Span);
        proofs.Add(JudgeCode(match));
        try
        {
            var state = await _contract.ReadAsync(client, executor.Address, at, cancellation);
            proofs.AddRange(JudgeRoles(state, match, operatorAddress, owner));
            proofs.AddRange(await new LiquidatorProofs(options.Protocols, executor.Address, state.Owner, state.Treasury, client, at).RunAsync(cancellation));
        }
        catch (AbiException error)
        {
            proofs.Add(Proof.Wrong(Field, $"is {executor.Address}, which does not answer as an executor: {error.Message}", "the address of a LiquidationExecutor"));
            return proofs;
        }
        foreach (var protocol in options.Protocols)
        {
            try
            {
                proofs.AddRange(await AllowListAsync(ProtocolCatalog.Create(protocol), cancellation));
            }
            catch (AbiException error)
            {
                proofs.Add(Proof.Wrong($"protocols/{protocol.Name}.json: address", $"is {protocol.Address}, which does not answer as {protocol.Type}: {error.Message}", $"the address of a {protocol.Type} contract"));
            }
        }
        return proofs;
    }

    /// <summary>A pinned hash is the operator's own word for code that this build does not know.</summary>
    private Proof JudgeCode(CodeMatch match)
    {
        if (match.IsSame) return Proof.Ok(Field, "holds the code of this build's LiquidationExecutor");
        return executor.CodeHash is null
            ? Proof.Wrong(Field, match.Difference!, "the LiquidationExecutor of this build (`keeper executor deploy`), or its hash pinned in executor.codeHash")
            : Proof.Warning(Field, $"{match.Difference}; it is the code that executor.codeHash pins", "the LiquidationExecutor of this build");
    }

    private IEnumerable<Proof> JudgeRoles(ExecutorState state, CodeMatch match, Address? operatorAddress, Address? owner)
    {
        yield return operatorAddress is null || operatorAddress == state.Operator
            ? Proof.Ok(Field, $"has the operator {state.Operator}{(operatorAddress is null ? "" : ", as wanted")}")
            : Proof.Wrong("key.keystore", $"holds the key of {operatorAddress}, the executor's operator is {state.Operator}", $"the key of {state.Operator}, or setOperator({operatorAddress}) by the owner");
        yield return owner is null || owner == state.Owner
            ? Proof.Ok(Field, $"has the owner {state.Owner}")
            : Proof.Wrong(Field, $"has the owner {state.Owner}", $"the owner {owner}");
        yield return executor.Treasury is null || executor.Treasury == state.Treasury
            ? Proof.Ok(Field, $"pays profit to {state.Treasury}")
            : Proof.Wrong("executor.treasury", $"is {executor.Treasury}, the executor pays profit to {state.Treasury}", "the executor's own treasury, or another executor");
        // The answer of the view and the bytes of the code must be one.
        if (match.IsSame && match.Immutables.Any(value => AbiReader.ToAddress(value) != state.Treasury))
            yield return Proof.Wrong(Field, "holds another treasury in its code than it answers", "a LiquidationExecutor");
        if (state.Owner == state.Operator)
            yield return Proof.Warning(Field, "has one key as owner and operator: who takes the hot key takes the profit", "a cold owner");
        if (state.IsPaused)
            yield return Proof.Missing(Field, "is paused", "setPaused(false) by the owner");
    }

    private async Task<IReadOnlyList<Proof>> AllowListAsync(Keeper.Core.Protocol.IProtocol protocol, CancellationToken cancellation)
    {
        var name = protocol.Settings.Name;
        var tokens = await ProtocolCatalog.RewardTokensAsync(protocol, client, at, cancellation);
        var given = await _contract.AreGivenAsync(
            client, executor.Address,
            [
                .. protocol.Functions.Select(function => new ExecutorGrant.Call(function.Target, function.Selector)),
                .. tokens.Select(token => new ExecutorGrant.Settlement(token)),
            ], at, cancellation);
        var wanted = protocol.Functions.Select(function => ($"call {function.Signature} of {name}", $"allowTarget({function.Target}, 0x{function.Selector:x8}, true)"))
            .Concat(tokens.Select(token => ($"settle in the token {token} of {name}", $"allowToken({token}, true)")));
        return [.. wanted.Zip(given, (want, isGiven) => isGiven
            ? Proof.Ok(Field, $"may {want.Item1}")
            : Proof.Missing(Field, $"may not {want.Item1}", $"{want.Item2} by the owner"))];
    }
}
