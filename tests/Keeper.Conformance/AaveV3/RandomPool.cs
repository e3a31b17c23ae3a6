using Keeper.Conformance.RefPerps;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Chain.Native.Crypto;

namespace Keeper.Conformance.AaveV3;

/// <summary>Users who do what they may and what they may not, prices that move, and an owner who changes the rules.</summary>
internal sealed class RandomPool(TestChain chain, AavePool pool, Random random)
{
    private readonly UInt256[] _startPrices = [.. pool.Assets.Select(asset => asset.Price)];
    private readonly bool[] _paused = new bool[pool.Assets.Count];

    public IReadOnlyList<Address> Users { get; } = [.. chain.Accounts.Skip(2)];
    public Address Liquidator => chain.Accounts[1];

    /// <summary>How many dollars a user may about borrow yet.</summary>
    public Func<Address, ulong> Room { get; set; } = _ => 1_000;

    public bool Chance(double share) => random.NextDouble() < share;
    public T One<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>Mostly seconds, sometimes days.</summary>
    public ulong NextDelay() => (ulong)(random.Next(8) switch { 0 => random.Next(1, 5 * 86_400), 1 or 2 => random.Next(1, 7_200), _ => random.Next(1, 15) });

    public async Task SetUpAsync()
    {
        await pool.AddEModeAsync(1, 9000, 9300, 10_200, pool.Assets[0], pool.Assets[1]);
        await pool.EndowAsync([pool.Owner, Liquidator, .. Users]);
        foreach (var asset in pool.Assets) await pool.SupplyAsync(pool.Owner, asset, asset.Worth(1_000_000));
        foreach (var user in Users) await pool.SupplyAsync(user, One(pool.Assets), One(pool.Assets).Worth(1));
        await chain.MineAsync();
    }

    /// <summary>A block's worth of actions; they are mined by the caller.</summary>
    public async Task ActAsync()
    {
        for (var left = random.Next(1, 5); left > 0; left--) await ActAsync(One(Users), One(pool.Assets));
        if (Chance(0.5)) await MovePriceAsync();
        if (Chance(0.06)) await ChangeRulesAsync(random.Next(pool.Assets.Count));
    }

    /// <summary>All prices back near where they began, so that a run does not end with everybody ruined.</summary>
    public async Task MovePriceAsync()
    {
        var i = random.Next(pool.Assets.Count);
        var asset = pool.Assets[i];
        var percent = (ulong)(random.Next(6) == 0 ? random.Next(45, 130) : random.Next(90, 110));
        var price = random.Next(5) == 0 ? _startPrices[i] : asset.Price * percent / 100UL + (ulong)random.Next(0, 1000);
        if (price < _startPrices[i] / 5UL || price > _startPrices[i] * 4UL) price = _startPrices[i];
        await pool.TransmitAsync(asset, price);
    }

    private async Task ActAsync(Address user, AaveAsset asset)
    {
        var amount = asset.Worth((ulong)random.Next(50, Chance(0.3) ? 30_000 : 5_000)) + (ulong)random.Next(0, 1_000);
        switch (random.Next(12))
        {
            case 0 or 1 or 2: await pool.SupplyAsync(user, asset, amount); break;
            case 3 or 4 or 5 or 6: await pool.BorrowAsync(user, asset, asset.Worth(Math.Max(10, Room(user) * (ulong)random.Next(40, 103) / 100))); break;
            case 7: await pool.RepayAsync(user, asset, Chance(0.3) ? UInt256.MaxValue : amount); break;
            case 8: await pool.WithdrawAsync(user, asset, Chance(0.2) ? UInt256.MaxValue : amount); break;
            case 9:
                var aToken = await ATokenOf(asset);
                await chain.SendAsync(user, aToken, new AbiWriter().Word(One(Users)).Word(amount).ToCall(Keccak.Selector("transfer(address,uint256)")), 3_000_000);
                break;
            case 10: await pool.CallAsync(user, "setUserUseReserveAsCollateral(address,bool)", new AbiWriter().Word(asset.Token).Word(Chance(0.6))); break;
            default: await pool.CallAsync(user, "setUserEMode(uint8)", new AbiWriter().Word(Chance(0.5) ? UInt256.One : UInt256.Zero)); break;
        }
    }

    private readonly Dictionary<Address, Address> _aTokens = [];

    private async Task<Address> ATokenOf(AaveAsset asset)
    {
        if (_aTokens.TryGetValue(asset.Token, out var known)) return known;
        return _aTokens[asset.Token] = await pool.ReserveTokenAsync(asset, word: 8);
    }

    private async Task ChangeRulesAsync(int i)
    {
        var asset = pool.Assets[i];
        switch (random.Next(5))
        {
            case 0:
                await pool.ConfigureLaterAsync("configureReserveAsCollateral(address,uint256,uint256,uint256)",
                    new AbiWriter().Word(asset.Token).Word((UInt256)asset.Ltv).Word((UInt256)(asset.Threshold + (ulong)random.Next(0, 300))).Word((UInt256)(asset.Bonus + (ulong)random.Next(0, 200))));
                break;
            case 1:
                await pool.ConfigureLaterAsync("setLiquidationProtocolFee(address,uint256)", new AbiWriter().Word(asset.Token).Word((UInt256)(ulong)random.Next(0, 3_000)));
                break;
            case 2:
                await pool.CallAsync(pool.Owner, "mintToTreasury(address[])", new AbiWriter().StaticArray(pool.Assets.Select(one => one.Token).ToArray(), (to, token) => to.Word(token)));
                break;
            case 3:
                await pool.ConfigureLaterAsync("setReserveFactor(address,uint256)", new AbiWriter().Word(asset.Token).Word((UInt256)(ulong)random.Next(0, 4_000)));
                break;
            default:
                _paused[i] = !_paused[i];
                await pool.ConfigureLaterAsync("setReservePause(address,bool)", new AbiWriter().Word(asset.Token).Word(_paused[i]));
                break;
        }
    }

    /// <summary>No reserve stays paused for long.</summary>
    public async Task ReopenAsync()
    {
        for (var i = 0; i < _paused.Length; i++)
        {
            if (!_paused[i]) continue;
            _paused[i] = false;
            await pool.ConfigureLaterAsync("setReservePause(address,bool)", new AbiWriter().Word(pool.Assets[i].Token).Word(false));
        }
    }
}
