using Keeper.Core.Primitives;

namespace Keeper.Conformance.Support;

/// <summary>Contracts of a few opcodes, so that the chain client is tested without a compiler.</summary>
public static class TinyContracts
{
    /// <summary>Emits the second word of its calldata in a log whose only topic is the first.</summary>
    public static byte[] Emitter { get; } = Deploying("602035600052" + "600035" + "6020" + "6000" + "a1" + "00");

    /// <summary>Emits a log: the first words of its calldata are the topics, the rest is the data.</summary>
    public static byte[] EmitterOf(int topics)
    {
        var words = string.Concat(Enumerable.Range(0, topics).Reverse().Select(i => $"60{32 * i:x2}35"));
        return Deploying(words + $"60{32 * topics:x2}3603" + "80" + $"60{32 * topics:x2}6000" + "37" + "6000" + $"a{topics}" + "00");
    }

    /// <summary>Returns its calldata.</summary>
    public static byte[] Echo { get; } = Deploying("36600060003736" + "6000f3");

    /// <summary>Runs the code at the address in the first 20 bytes of its calldata, without anything handed over.</summary>
    public static byte[] Forwarder { get; } = Deploying("60006000600060003560601c5af4" + "00");

    /// <summary>Reverts with its calldata.</summary>
    public static byte[] Reverter { get; } = Deploying("36600060003736" + "6000fd");

    /// <summary>Stores the first word of its calldata in slot 0; returns what was there without calldata.</summary>
    public static byte[] Cell { get; } = Deploying("36601057" + "60005460005260206000f3" + "00" + "5b" + "600035600055" + "00");

    public static byte[] Words(params UInt256[] words)
    {
        var bytes = new byte[32 * words.Length];
        for (var i = 0; i < words.Length; i++) words[i].WriteBigEndian(bytes.AsSpan(32 * i));
        return bytes;
    }

    /// <summary>PUSH1 length, PUSH1 12, PUSH1 0, CODECOPY, PUSH1 length, PUSH1 0, RETURN, then the code itself.</summary>
    private static byte[] Deploying(string runtime)
    {
        var code = Convert.FromHexString(runtime);
        return [0x60, (byte)code.Length, 0x60, 12, 0x60, 0, 0x39, 0x60, (byte)code.Length, 0x60, 0, 0xf3, .. code];
    }
}
