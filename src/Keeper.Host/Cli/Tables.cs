using Keeper.Host.Checks;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Keeper.Host.Cli;

/// <summary>Tables on a writer: with colour at a terminal, plain and wide anywhere else.</summary>
internal static class Tables
{
    /// <summary>Wide enough that no row is broken: a log or a test searches for it.</summary>
    private const int PlainWidth = 1_000;

    public static IAnsiConsole On(TextWriter writer)
    {
        var isTerminal = ReferenceEquals(writer, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal) console.Profile.Width = PlainWidth;
        return console;
    }

    public static void Write(TextWriter writer, IReadOnlyList<Proof> proofs)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("", "claim", "expected");
        foreach (var proof in proofs)
            table.AddRow(State(proof.State), new Text($"{proof.Field} {proof.Detail}"), new Text(proof.Expected ?? ""));
        On(writer).Write(table);
    }

    private static IRenderable State(ProofState state) => state switch
    {
        ProofState.Ok => new Text("ok", new Style(Color.Green)),
        ProofState.Warning => new Text("warning", new Style(Color.Yellow)),
        ProofState.Failed => new Text("failed", new Style(Color.Red)),
        _ => new Text("not asked", new Style(Color.Grey)),
    };
}
