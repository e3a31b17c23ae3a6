namespace Keeper.Core.Submission.Policy;

/// <summary>Whether code can run that of another contract in its own place, as a proxy does.</summary>
public static class ForwardingCode
{
    /// <summary>
    /// False only where no instruction that can run is a DELEGATECALL or CALLCODE: then no storage makes a proxy of it. Nothing that can run is missed, since a jump
    /// lands only on a JUMPDEST of this very reading from the start (yellow paper, 9.4.3). What lies behind the code, such as metadata, may seem to run.
    /// </summary>
    public static bool IsPossible(ReadOnlySpan<byte> code)
    {
        if (code is [0xef, ..]) return true; // of another kind: a delegation (EIP-7702), or a format of later instructions
        var runs = true;
        for (var i = 0; i < code.Length; i++)
        {
            switch (code[i])
            {
                case 0xf2 or 0xf4 when runs: return true;
                case 0x5b: runs = true; break; // JUMPDEST
                case 0x00 or 0x56 or 0xf3 or 0xfd or 0xfe or 0xff: runs = false; break; // STOP, JUMP, RETURN, REVERT, INVALID, SELFDESTRUCT: nothing goes on behind them
                case >= 0x60 and <= 0x7f: i += code[i] - 0x5f; break; // PUSH1 to PUSH32: what they push is no instruction
            }
        }
        return false;
    }
}
