using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Primitives;
using Keeper.Protocols.Declared.Abi;

namespace Keeper.Protocols.Declared.Terms;

/// <summary>From texts to terms. Everything that is wrong is told before it gives up, each to the section that has it.</summary>
internal sealed class TermsCompiler(DeclaredText text, Address protocol, Keccak256 hash)
{
    private const string FunctionExample = "a signature such as accountHealth(uint256 id) returns (int256 equity, uint256 maintenance)";
    private const string ComparisonExample = "a comparison of fields and integers such as health.equity < health.maintenance";
    private const int MaxViews = 4, MaxDecimals = 36;

    private bool _isWrong;

    /// <returns>Null where something is wrong.</returns>
    public DeclaredTerms? Compile()
    {
        var events = text.Events.Select(Event).OfType<EventTerms>().ToArray();
        var account = events.Length == 0 ? null : events[0].AccountType;
        for (var i = 1; i < events.Length; i++)
        {
            if (events[i].AccountType.Kind != account!.Kind) Wrong(text.Fail, $"events[{i}].account", $"is {events[i].AccountType.Canonical}, that of the first event {account.Canonical}", "accounts that are all numbers, or all addresses");
        }
        for (var i = 0; i < events.Length; i++)
        {
            if (events.Take(i).Any(other => other.Contract == events[i].Contract && other.Topic == events[i].Topic)) Wrong(text.Fail, $"events[{i}].event", "repeats another event of the same contract", "each event once");
        }
        // A stand-in finds further errors; the missing one was told.
        var context = new Argument.Context(account is null ? new(WordKind.Unsigned, 256) : account with { Bits = account.Kind == WordKind.Address ? 160 : 256 }, null, [], text.Executor);
        if (text.Views.Count > MaxViews) Wrong(text.Fail, "views", $"are {text.Views.Count}", $"at most {MaxViews}, which are asked for each account");
        var views = text.Views.Select(view => View(view, context)).OfType<ViewTerms>().ToArray();
        // Where a view is not understood, what names it is not its author's fault.
        if (views.Length < text.Views.Count) return null;
        for (var i = 0; i < views.Length; i++)
        {
            if (views.Take(i).All(other => other.Name != views[i].Name)) continue;
            Wrong(text.Views[i].Fail, "name", "repeats the name of another view", "each name once");
            return null;
        }
        var liquidatable = Compare("liquidatable", text.Liquidatable, views);
        var open = text.Open is null ? null : Compare("open", text.Open, views);
        var badDebt = text.BadDebt is null ? null : Compare("badDebt", text.BadDebt, views);
        var reward = Reward(text.Reward);
        var calls = text.Calls.Select(call => Call(call, context with { Views = views }, text.Reward.Decimals)).OfType<CallTerms>().ToArray();
        if (badDebt is null && text.Calls.FirstOrDefault(call => call.IsForBadDebt) is { } unneeded) Wrong(unneeded.Fail, "when", "is badDebt, and the section does not say what that is", "badDebt in the section, too");
        if (text.Calls.All(call => call.IsForBadDebt)) Wrong(text.Fail, "calls", "have none that liquidates", "one with when: liquidatable");
        var count = text.AccountCount is { } view ? Count(view) : null;
        var errors = new DeclaredErrors(Errors());
        return _isWrong ? null : new(
            events, account!.Kind == WordKind.Address, views, liquidatable!, open, badDebt, calls, reward!, text.Feeds, errors, count, text.AccountsPerBlock, new(text.ViewGasLimit), DeclaredCapture.VersionOf(events, hash));
    }

    private EventTerms? Event(EventText given)
    {
        if (Signature(given.Fail, "event", given.Event, "a signature such as AccountOpened(uint256 indexed id, address indexed owner)") is not { } signature) return null;
        var account = Named("account", given.Account, type => type.Kind is WordKind.Unsigned or WordKind.Address, "a number (uint) or an address");
        var liquidator = given.Liquidator is { } name ? Named("liquidator", name, type => type.Kind == WordKind.Address, "an address") : null;
        if (signature.Inputs.Count(field => field.IsIndexed) > 3) Wrong(given.Fail, "event", "has more than three indexed arguments", "three at most");
        return account is { } at ? new(given.Contract ?? protocol, hash(Encoding.ASCII.GetBytes(signature.Canonical)), signature, at, liquidator) : null;

        int? Named(string key, string wanted, Func<AbiType.Word, bool> isRight, string expected)
        {
            var index = signature.Inputs.TakeWhile(field => field.Name != wanted).Count();
            if (index < signature.Inputs.Count && signature.Inputs[index].Type is AbiType.Word type && isRight(type)) return index;
            var problem = index < signature.Inputs.Count ? $"is {signature.Inputs[index].Type.Canonical}" : $"is \"{ForeignText.Clean(wanted, 60)}\", which the event does not have";
            Wrong(given.Fail, key, problem, $"the name of an argument that is {expected}");
            return null;
        }
    }

    private ViewTerms? View(ViewText given, Argument.Context context)
    {
        if (given.Name.Length == 0 || !given.Name.All(char.IsAsciiLetterOrDigit) || char.IsAsciiDigit(given.Name[0])) Wrong(given.Fail, "name", $"is \"{ForeignText.Clean(given.Name, 60)}\"", "letters and digits, a letter first");
        if (Function(given.Fail, given.Function, given.Target, given.Arguments, context) is not { } function) return null;
        if (function.Signature.Outputs.Count > 0) return new(given.Name, function);
        Wrong(given.Fail, "function", "returns nothing", FunctionExample);
        return null;
    }

    private ViewTerms? Count(string function)
    {
        if (Signature(text.Fail, "accountCount", function, "a signature such as accountCount() returns (uint256)") is not { } signature) return null;
        if (signature is { Inputs.Count: 0, Outputs: [{ Type: AbiType.Word { Kind: WordKind.Unsigned } }] }) return new("accountCount", new(protocol, Selector(signature), signature, []));
        Wrong(text.Fail, "accountCount", "is no view without arguments that returns one number", "a signature such as accountCount() returns (uint256)");
        return null;
    }

    private CallTerms? Call(CallText given, Argument.Context context, int decimals)
    {
        FieldPath? forEach = null;
        if (given.ForEach is { } list)
        {
            forEach = Try(() => FieldPath.Parse(list, context.Views), given.Fail, "forEach", "a list in a view's answer, such as account.markets");
            if (forEach is { IsList: false }) Wrong(given.Fail, "forEach", $"is one {forEach.Type.Canonical}", "a list in a view's answer");
            if (forEach is not { IsList: true }) return null;
        }
        var function = Function(given.Fail, given.Function, given.Target, given.Arguments, context with { Element = forEach?.Type });
        var (reward, field) = ExpectedReward(given, forEach, context.Views, decimals);
        if (given.ExpectedGas > given.GasLimit) Wrong(given.Fail, "expectedGas", "exceeds gasLimit", "at most the limit");
        if (given.ReturnsReward && function is { Signature.Outputs: not [{ Type: AbiType.Word { Kind: WordKind.Unsigned } }, ..] })
            Wrong(given.Fail, "returnsReward", "is true, and the function's signature does not say that it returns a uint first", "a signature with returns, whose first value is the reward");
        return function is null ? null : new(given.IsForBadDebt, function, forEach, new(given.GasLimit), new(given.ExpectedGas ?? given.GasLimit), reward, field, given.ReturnsReward);
    }

    private (UInt256 Constant, FieldPath? Field) ExpectedReward(CallText given, FieldPath? forEach, IReadOnlyList<ViewTerms> views, int decimals)
    {
        const string Expected = "a decimal amount of the reward's token such as \"2.5\", or a field of a view in its smallest unit";
        if (given.ExpectedReward.Length > 0 && char.IsAsciiDigit(given.ExpectedReward[0]))
        {
            if (TryDecimal(given.ExpectedReward, decimals) is { } amount) return (amount, null);
            Wrong(given.Fail, "expectedReward", $"is \"{ForeignText.Clean(given.ExpectedReward, 60)}\"", Expected);
            return default;
        }
        var field = Try(() => FieldPath.Parse(given.ExpectedReward, views), given.Fail, "expectedReward", Expected);
        if (field is { Type.Kind: not WordKind.Unsigned }) Wrong(given.Fail, "expectedReward", $"is {field.Type.Canonical}", "an unsigned number");
        if (field is { IsList: true } && forEach is null) Wrong(given.Fail, "expectedReward", "is a list, and there is no forEach", Expected);
        return (default, field);
    }

    private RewardTerms? Reward(RewardText given)
    {
        if (given.Usd is null == given.Feed is null)
        {
            Wrong(given.Fail, "usd", given.Usd is null ? "is missing, and feed is" : "is given, and feed is too", "one of them: what one token is worth, or the feed that says it");
            return null;
        }
        if (given.Feed is not null) return new(given.Token, given.Decimals, given.Symbol, UInt256.Zero, given.Feed, given.FeedDecimals);
        var units = given.Usd!.Value.IsZero ? UInt256.Zero : UInt256.MulDivDown(TenTo(given.Decimals), TenTo(18), given.Usd.Value);
        if (units.IsZero) Wrong(given.Fail, "usd", "is 0, or more than a token's smallest unit can be worth", "above 0, below 10^decimals");
        return new(given.Token, given.Decimals, given.Symbol, units, null, 0);
    }

    private Dictionary<uint, (AbiSignature, bool)> Errors()
    {
        var errors = new Dictionary<uint, (AbiSignature, bool)>();
        Add("noLongerNeeded", text.NoLongerNeeded, true);
        Add("otherErrors", text.OtherErrors, false);
        return errors;

        void Add(string key, IReadOnlyList<string> signatures, bool isNoLongerNeeded)
        {
            for (var i = 0; i < signatures.Count; i++)
            {
                if (Signature(text.Fail, $"{key}[{i.ToString(CultureInfo.InvariantCulture)}]", signatures[i], "a signature such as NotLiquidatable(uint256)") is not { } error) continue;
                if (!errors.TryAdd(Selector(error), (error, isNoLongerNeeded))) Wrong(text.Fail, $"{key}[{i.ToString(CultureInfo.InvariantCulture)}]", "repeats another error", "each error once");
            }
        }
    }

    private FunctionTerms? Function(TermFault fail, string function, Address? target, IReadOnlyList<string> given, Argument.Context context)
    {
        if (Signature(fail, "function", function, FunctionExample) is not { } signature) return null;
        if (Try(() => FunctionTerms.Flatten(signature.Inputs), fail, "function", "values of one word, tuples and arrays of them, and constant bytes") is not { } types) return null;
        if (types.Count != given.Count)
        {
            Wrong(fail, "arguments", $"are {given.Count}", $"{types.Count}, as {ForeignText.Clean(signature.Canonical, 80)} takes them");
            return null;
        }
        var arguments = new List<Argument>();
        for (var i = 0; i < types.Count; i++)
        {
            var (argument, type) = (given[i], types[i]);
            var expected = context.Views.Count > 0 ? "account, each, executor, max, a constant or a field of a view" : "account, executor or a constant";
            if (Try(() => Argument.Parse(argument, type, context), fail, $"arguments[{i.ToString(CultureInfo.InvariantCulture)}]", $"{expected}, as {type.Canonical}", argument) is { } parsed) arguments.Add(parsed);
        }
        return arguments.Count == types.Count ? new(target ?? protocol, Selector(signature), signature, arguments) : null;
    }

    private AbiSignature? Signature(TermFault fail, string key, string signature, string expected)
    {
        try
        {
            return AbiSignature.Parse(signature);
        }
        catch (FormatException error)
        {
            Wrong(fail, key, $"has {error.Message}", expected);
            return null;
        }
    }

    private Comparison? Compare(string key, string comparison, IReadOnlyList<ViewTerms> views) => Try(() => Comparison.Parse(comparison, views), text.Fail, key, ComparisonExample);

    private T? Try<T>(Func<T> parse, TermFault fail, string key, string expected, string? shown = null) where T : class
    {
        try
        {
            return parse();
        }
        catch (FormatException error)
        {
            Wrong(fail, key, shown is null ? error.Message : $"is \"{ForeignText.Clean(shown, 60)}\", which {error.Message}", expected);
            return null;
        }
    }

    private void Wrong(TermFault fail, string key, string problem, string expected)
    {
        _isWrong = true;
        fail(key, problem, expected);
    }

    private uint Selector(AbiSignature signature)
    {
        Span<byte> word = stackalloc byte[32];
        hash(Encoding.ASCII.GetBytes(signature.Canonical)).CopyTo(word);
        return BinaryPrimitives.ReadUInt32BigEndian(word);
    }

    private static UInt256 TenTo(int exponent) => (UInt256)BigInteger.Pow(10, Math.Clamp(exponent, 0, MaxDecimals));

    private static UInt256? TryDecimal(string amount, int decimals)
    {
        var parts = amount.Split('.');
        if (parts.Length > 2 || parts[0].Length > 40 || (parts.Length == 2 && (parts[1].Length == 0 || parts[1].Length > decimals))) return null;
        return BigInteger.TryParse(parts[0] + (parts.Length == 2 ? parts[1] : "").PadRight(decimals, '0'), NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value.GetBitLength() <= 255 ? (UInt256)value : null;
    }
}
