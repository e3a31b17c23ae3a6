using Keeper.Core.Primitives;
using Keeper.Core.Submission.Policy;

namespace Keeper.Tests.Submission.Policy;

public sealed class ForwardingCodeTests
{
    [Theory]
    [InlineData("0x", false)]
    [InlineData("0x6001600155", false)]
    [InlineData("0xf4", true)] // DELEGATECALL
    [InlineData("0xf2", true)] // CALLCODE
    [InlineData("0xf1", false)] // CALL runs the other in its own place
    [InlineData("0xfa", false)] // STATICCALL
    [InlineData("0x60f4", false)] // pushed, not run
    [InlineData("0x60f4f4", true)]
    [InlineData("0x5ff4", true)] // PUSH0 pushes no byte of the code
    [InlineData("0x61f4f400", false)]
    [InlineData("0x61f4f4f4", true)]
    [InlineData("0x7f60f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f400", false)]
    [InlineData("0x7f60f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4", true)]
    [InlineData("0x80f4", true)] // DUP1 is no push
    [InlineData("0x00f4", false)] // behind STOP
    [InlineData("0xfef4", false)] // behind INVALID, where compilers put metadata
    [InlineData("0xf35bf4", true)] // RETURN, JUMPDEST
    [InlineData("0xf3605bf4", false)] // RETURN, and a JUMPDEST that is pushed
    [InlineData("0x57f4", true)] // JUMPI goes on
    [InlineData("0x565b50f4", true)] // JUMP, JUMPDEST, POP
    [InlineData("0x63f4", false)] // what is pushed goes beyond the end
    [InlineData("0xef0100000000000000000000000000000000000000aa", true)] // EIP-7702
    public void Only_an_instruction_that_runs_other_code_in_its_own_place_can_make_a_proxy(string code, bool isPossible) =>
        Assert.Equal(isPossible, ForwardingCode.IsPossible(Hex.Decode(code)));
}
