using System.Text;
using Keeper.Core.Chain;
using Keeper.Core.Chain.Abi;
using Keeper.Core.Primitives;
using Keeper.Core.Protocol;

namespace Keeper.Protocols.RefPerps;

/// <summary>
/// The token that rewards are paid in: read once. What it calls itself is for the books alone, so that a token that does not say
/// holds nothing up: it is asked beside the decisions, with the polls.
/// </summary>
internal sealed class QuoteToken(RefPerpsState state, Address contract)
{
    private const int MaxSymbolBytes = 96, MaxSymbolLength = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>To the contract, one of its 1e18 units is one dollar.</summary>
    public RewardToken AsReward => new(state.Globals.QuoteToken, RefPerpsMath.Wad, state.Globals.QuoteSymbol, state.Globals.QuoteDecimals, "unit of account");

    public void AddMissing(List<StateRead> reads)
    {
        if (state.Globals.QuoteToken.IsZero) reads.Add(new("quote token", Calls.QuoteToken(contract), ApplyToken));
    }

    public void AddPolls(List<StateRead> reads)
    {
        if (state.Globals.QuoteToken is not { IsZero: false } token) return;
        if (state.Globals.QuoteSymbol is null) reads.Add(new("symbol of the quote token", Calls.Symbol(token), answer => ApplySymbol(token, answer)));
        if (state.Globals.QuoteDecimals is null) reads.Add(new("decimals of the quote token", Calls.Decimals(token), answer => ApplyDecimals(token, answer)));
    }

    private void ApplyToken(ReadOnlyMemory<byte> answer)
    {
        var token = Decoding.Open(answer, words: 1).ReadAddress();
        if (token.IsZero) throw new AbiException("The quote token is the zero address.");
        state.SetGlobals(state.Globals with { QuoteToken = token });
    }

    private void ApplySymbol(Address token, ReadOnlyMemory<byte> answer)
    {
        // An offset, a length and the text in whole words, and nothing else.
        if (answer.Length < 64 || answer.Length > 64 + MaxSymbolBytes) throw new AbiException($"A symbol of {answer.Length} bytes of data.");
        var bytes = new AbiReader(answer.Span).ReadOffset().ReadBytes();
        if (new AbiReader(answer.Span).ReadUInt256() != 32UL || answer.Length != 64 + (bytes.Length + 31) / 32 * 32) throw new AbiException("A symbol is not encoded as the ABI says.");
        try
        {
            var text = ForeignText.Clean(StrictUtf8.GetString(bytes), MaxSymbolLength);
            if (state.Globals.QuoteToken == token) state.SetGlobals(state.Globals with { QuoteSymbol = text });
        }
        catch (ArgumentException)
        {
            throw new AbiException("A symbol is not UTF-8.");
        }
    }

    private void ApplyDecimals(Address token, ReadOnlyMemory<byte> answer)
    {
        var decimals = Decoding.Open(answer, words: 1).ReadByte();
        // Undone since it was asked, it is no longer the token of this state.
        if (state.Globals.QuoteToken == token) state.SetGlobals(state.Globals with { QuoteDecimals = decimals });
    }
}
