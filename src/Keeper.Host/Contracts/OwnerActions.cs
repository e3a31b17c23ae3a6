using Keeper.Chain.Native.Crypto;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Chain.Contracts;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;
using Keeper.Host.Checks;
using Keeper.Host.Keys;

namespace Keeper.Host.Contracts;

/// <summary>Calls that only the owner of an executor and its liquidators can make, for a key that this program does not have.</summary>
internal sealed class OwnerActions(ulong chainId, Address owner, Address executor, IExecutorContract contract)
{
    /// <summary>All that the executor may do for these protocols, and the liquidators that they name.</summary>
    /// <param name="maxSlippagePpm">What the liquidators allow every pair.</param>
    /// <returns>The transactions, and what is not known of them.</returns>
    public async Task<(IReadOnlyList<UnsignedTransaction> Transactions, IReadOnlyList<string> Notes)> GrantAsync(
        IReadOnlyList<ProtocolSettings> protocols, uint maxSlippagePpm, IChainClient client, CancellationToken cancellation)
    {
        var (transactions, notes) = (new List<UnsignedTransaction>(), new List<string>());
        foreach (var protocol in protocols.Select(ProtocolCatalog.Create))
        {
            var name = protocol.Settings.Name;
            transactions.AddRange(protocol.Functions.Select(function => Of(
                executor, $"{name}: {IExecutorContract.AllowTargetSignature} {AddressChecksum.Format(function.Target)} 0x{function.Selector:x8} true, {function.Signature}",
                contract.AllowTarget(function.Target, function.Selector, allowed: true))));
            try
            {
                transactions.AddRange((await ProtocolCatalog.RewardTokensAsync(protocol, client, BlockId.Latest, cancellation)).Select(token => Of(
                    executor, $"{name}: {IExecutorContract.AllowTokenSignature} {AddressChecksum.Format(token)} true", contract.AllowToken(token, allowed: true))));
            }
            catch (Exception error) when (error is AbiException or ChainException)
            {
                // The contracts stand already: a protocol that does not answer is told, not thrown.
                notes.Add($"{name}: its reward tokens are unknown ({error.Message.TrimEnd('.')}); each needs {IExecutorContract.AllowTokenSignature}");
            }
        }
        foreach (var wants in LiquidatorWants.Of(protocols))
        {
            transactions.AddRange(wants.Grants.Select(want => want.Grant switch
            {
                LiquidatorGrant.Market(var venue, var id) => Of(wants.Liquidator, $"{want.Protocol}: allowMarket(address,bytes32,bool) {AddressChecksum.Format(venue)} {id} true", LiquidatorContract.AllowMarket(venue, id)),
                LiquidatorGrant.Swapper(var swapper) => Of(wants.Liquidator, $"{want.Protocol}: allowSwapper(address,bool) {AddressChecksum.Format(swapper)} true", LiquidatorContract.AllowSwapper(swapper)),
                _ => throw new InvalidOperationException("There is no other grant."),
            }));
            // What the configuration takes a sale to lose must be allowed, or each such sale reverts.
            transactions.AddRange(wants.Routes.Where(route => route.CostPpm > maxSlippagePpm).Select(route => Of(
                wants.Liquidator, $"setMaxSlippage(address,address,uint256) {AddressChecksum.Format(route.From)} {AddressChecksum.Format(route.To)} {route.CostPpm}",
                LiquidatorContract.SetMaxSlippage(route.From, route.To, route.CostPpm))));
            notes.AddRange(wants.Budgets.Select(budget => $"own funds need a budget at {AddressChecksum.Format(wants.Liquidator)}: {budget.Call}, CAP in the token's smallest unit, for the owner to choose (`keeper executor set-budget`)"));
        }
        return ([.. transactions.DistinctBy(transaction => (transaction.To, Hex.Encode(transaction.Data.Span)))], notes);
    }

    public UnsignedTransaction SetOperator(Address next) => Of(executor, $"setOperator(address) {AddressChecksum.Format(next)}", contract.SetOperator(next));

    public UnsignedTransaction SetPaused(bool paused) => Of(executor, $"setPaused(bool) {(paused ? "true" : "false")}", contract.SetPaused(paused));

    /// <param name="cap">In the token's smallest unit.</param>
    public UnsignedTransaction SetBudget(Address liquidator, LiquidatorBudget budget, UInt256 cap) => Of(
        liquidator,
        $"setBudget(address,bytes32,address,uint120,bool) {AddressChecksum.Format(budget.Venue)} {budget.Market} {AddressChecksum.Format(budget.Token)} {cap} {(budget.MayHold ? "true" : "false")}",
        LiquidatorContract.SetBudget(budget, cap));

    /// <param name="holder">The executor, or a liquidator.</param>
    public UnsignedTransaction Sweep(Address holder, Address token) => Of(holder, $"sweep(address) {AddressChecksum.Format(token)}, to the treasury", LiquidatorContract.Sweep(token));

    private UnsignedTransaction Of(Address to, string purpose, byte[] data) => new(purpose, owner, to, Wei.Zero, data) { ChainId = chainId };
}
