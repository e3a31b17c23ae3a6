using Keeper.Core.Primitives;
using Keeper.Core.Submission.Policy;
using Keeper.Tests.Support;

namespace Keeper.Tests.Submission.Policy;

public sealed class CodeRulesTests
{
    private static readonly Address Target = ScriptedProtocol.AddressOf(1), Logic = ScriptedProtocol.AddressOf(2), Other = ScriptedProtocol.AddressOf(3);
    private static readonly Hash32 A = new((UInt256)0xa), B = new((UInt256)0xb), C = new((UInt256)0xc);

    private static CodePin Pin(Hash32? code = null, Hash32? implementation = null) => new("lend", Target, code, implementation);

    public static TheoryData<string, CodePin, CodeFound?, CodeFound, string?> Cases => new()
    {
        { "first seen", Pin(), null, new(A), null },
        { "no code", Pin(), null, new(null), "has no code" },
        { "as pinned", Pin(A), null, new(A), null },
        { "not as pinned", Pin(A), null, new(B), "pinned is" },
        { "unpinned and the same", Pin(), new(A), new(A), null },
        { "unpinned and changed", Pin(), new(A), new(B), "before it had" },
        { "a proxy, first seen", Pin(), null, new(A, Logic, B), null },
        { "upgraded", Pin(), new(A, Logic, B), new(A, Other, C), "before it led to" },
        { "upgraded to the same code elsewhere, unpinned", Pin(), new(A, Logic, B), new(A, Other, B), "before it led to" },
        { "upgraded to the pinned code elsewhere", Pin(A, B), new(A, Logic, B), new(A, Other, B), null },
        { "the proxy is pinned, its implementation changes", Pin(A), new(A, Logic, B), new(A, Other, C), "before it led to" },
        { "the implementation is pinned and another", Pin(null, B), null, new(A, Logic, C), "pinned is" },
        { "the implementation is pinned, the proxy's own code changes", Pin(null, B), new(A, Logic, B), new(C, Logic, B), "before it had" },
        { "an implementation is pinned, no proxy", Pin(null, B), null, new(A), "no proxy" },
        { "leads to nothing", Pin(), null, new(A, Logic, null), "which has no code" },
        { "a contract that becomes a proxy", Pin(A), new(A), new(A, Logic, B), "before it led to no other contract" },
        { "a proxy that becomes none", Pin(A), new(A, Logic, B), new(A), "leads to no other contract" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_contract_is_trusted_by_its_pins_and_by_what_was_found_first(string name, CodePin pin, CodeFound? first, CodeFound now, string? wrong)
    {
        var said = CodeRules.Judge(pin, first, now);
        if (wrong is null) Assert.True(said is null, $"{name}: {said}");
        else Assert.True(said?.Contains(wrong, StringComparison.Ordinal) == true, $"{name}: {said}");
    }
}
