using Keeper.Chain.Native.Crypto;
using Keeper.Core.Primitives;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>chain.pendingUpdates</c>: whose price updates are acted on before a block has them.</summary>
internal static class PendingUpdatesSection
{
    public static PendingUpdatesOptions? Read(ConfigReader chain)
    {
        var reader = chain.Section("pendingUpdates", isRequired: false);
        var transmitters = new List<Address>();
        foreach (var (text, path) in reader.Texts("transmitters", "[ \"0x...\" ], the addresses that send the updates of the feeds"))
        {
            if (Address.TryParse(text, out var address) && !address.IsZero && AddressChecksum.IsAcceptable(text)) transmitters.Add(address);
            else reader.Fail("transmitters", $"has an entry, {path[(path.LastIndexOf('[') + 1)..^1]}, that is no address", "addresses: 0x and 40 hex digits, not all zero, with a right checksum or in one letter case");
        }
        var maxBlocks = (int)reader.Integer("maxBlocks", 1, 16, 2);
        reader.Finish();
        return reader.IsPresent ? new(transmitters, maxBlocks) : null;
    }

    /// <summary>What only the whole section <c>chain</c> and its profile tell.</summary>
    public static void Check(ConfigReader chain, ChainOptions options)
    {
        if (options.PendingUpdates is null) return;
        if (!options.Profile.HasPublicMempool) chain.Fail("pendingUpdates", $"is set, but by its profile {options.Profile.Name} has no public mempool", "a chain whose profile says publicMempool, or no pendingUpdates");
        if (!options.Endpoints.Any(endpoint => endpoint.Ws is not null)) chain.Fail("pendingUpdates", "needs an endpoint that tells what waits", "ws in one of chain.endpoints");
    }
}
