using Keeper.Core.Chain.Abi;
using Keeper.Core.Mirror.Snapshots;
using Keeper.Core.Primitives;

namespace Keeper.Protocols.RefPerps;

/// <summary>A margin schedule with the constants that make a lookup one multiplication: <c>RefPerpsMath.sol</c>, <c>tier</c>. Immutable.</summary>
internal sealed class TierSchedule
{
    private readonly UInt256[] _uppers;
    private readonly UInt256[] _ppms;
    private readonly UInt256[] _deductions;

    /// <param name="tiers">Brackets, uppers ascending; <c>Upper</c> in USD at 1e18, <c>Ppm</c> ascending.</param>
    /// <exception cref="AbiException">No bracket, or one out of order: then no schedule was meant.</exception>
    public TierSchedule(IReadOnlyList<(UInt256 Upper, uint Ppm)> tiers)
    {
        if (tiers.Count == 0) throw new AbiException("A schedule has no tier.");
        _uppers = new UInt256[tiers.Count];
        _ppms = new UInt256[tiers.Count];
        _deductions = new UInt256[tiers.Count];
        for (var k = 0; k < tiers.Count; k++)
        {
            (_uppers[k], _ppms[k]) = (tiers[k].Upper, tiers[k].Ppm);
            if (k == 0) continue;
            if (_uppers[k] <= _uppers[k - 1] || _ppms[k] < _ppms[k - 1]) throw new AbiException("A schedule does not ascend.");
            _deductions[k] = _deductions[k - 1] + _uppers[k - 1] * (_ppms[k] - _ppms[k - 1]);
        }
    }

    /// <summary>Number of brackets.</summary>
    public int Count => _uppers.Length;

    /// <summary>Reads a <c>Tier[]</c>, its length word first.</summary>
    public static TierSchedule Read(ref AbiReader data)
    {
        var tiers = new (UInt256, uint)[data.ReadLength(64)];
        for (var k = 0; k < tiers.Length; k++) tiers[k] = (data.ReadUInt(128), data.ReadUInt32());
        return new(tiers);
    }

    public void Save(SnapshotWriter writer)
    {
        writer.Count(Count);
        for (var k = 0; k < Count; k++)
        {
            writer.Unsigned(_uppers[k]);
            writer.Unsigned(_ppms[k]);
        }
    }

    /// <exception cref="SnapshotException">Not what <see cref="Save"/> writes.</exception>
    public static TierSchedule Load(ref SnapshotReader reader)
    {
        var tiers = new (UInt256, uint)[reader.Count(bytesEach: 2)];
        for (var k = 0; k < tiers.Length; k++)
        {
            var (upper, ppm) = (reader.Unsigned(), reader.Unsigned());
            if (upper.BitLength > 128 || ppm.BitLength > 32) throw new SnapshotException(SnapshotFault.Damaged, "A tier leaves its range.");
            tiers[k] = (upper, (uint)(ulong)ppm);
        }
        return new(tiers);
    }

    /// <summary><c>ceil((N * ppm_k - D_k) / 1e6)</c> of the first bracket that holds N, or of the last.</summary>
    public UInt256 RequirementUp(UInt256 notional)
    {
        var k = 0;
        while (k < _uppers.Length - 1 && notional > _uppers[k]) k++;
        return UInt256.DivUp(notional * _ppms[k] - _deductions[k], RefPerpsMath.Ppm);
    }
}
