using System.CommandLine;
using System.Text.Json;
using Keeper.Core.Chain;
using Keeper.Host.Configuration;
using Keeper.Host.Control;

namespace Keeper.Host.Cli;

/// <summary><c>keeper ctl</c>: what an operator may tell a keeper at work. The one way to change anything in it from outside.</summary>
internal static class CtlCommand
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(500);

    public static Command Create(CliContext context) => new("ctl", "Looks at a keeper at work and commands it, over its socket.")
    {
        Simple(context, "status", "Shows breakers, transactions in flight, nonces and budgets.", _ => ControlJson.Request("status")),
        Halt(context), Resume(context), Drain(context), Adopt(context),
    };

    private static Command Halt(CliContext context)
    {
        var reason = new Option<string?>("--reason") { Description = "For whoever looks later.", HelpName = "TEXT" };
        var command = Simple(context, "halt", "The kill switch: nothing new is sent, also after a restart; what is in flight is brought to its end.", parsed => ControlJson.Request("halt", reason: ForeignText.Clean(parsed.GetValue(reason))));
        command.Add(reason);
        return command;
    }

    private static Command Resume(CliContext context)
    {
        var breaker = new Argument<string?>("BREAKER") { Description = "The breaker to close; without it the kill switch, or a drain.", Arity = ArgumentArity.ZeroOrOne };
        var command = Simple(context, "resume", "Closes a breaker.", parsed => ControlJson.Request("resume", breaker: parsed.GetValue(breaker)));
        command.Add(breaker);
        return command;
    }

    private static Command Adopt(CliContext context)
    {
        var nonce = new Option<ulong?>("--nonce") { Description = "The next nonce, as you believe it to be; without it what the chain says.", HelpName = "N" };
        var command = Simple(context, "adopt-nonce", "Goes on behind a transaction of your own with the keeper's key.", parsed => ControlJson.Request("adopt-nonce", nonce: parsed.GetValue(nonce)));
        command.Add(nonce);
        return command;
    }

    private static Command Drain(CliContext context)
    {
        var wait = new Option<int>("--wait") { Description = "Wait this long until nothing is in flight.", HelpName = "SECONDS" };
        wait.Validators.Add(result => { if (result.GetValue(wait) is < 0 or > 86_400) result.AddError("--wait is from 0 to 86400."); });
        var (config, socket, json) = Common();
        var command = new Command("drain", "Sends nothing new until the keeper ends, and tells when nothing is in flight.") { wait, config, socket, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var path = Locate(context, parsed, config, socket);
            var until = context.Time.GetTimestamp();
            while (true)
            {
                var answer = await ControlClient.AskAsync(path, ControlJson.Request("drain"), cancellation);
                var isEmpty = IsOk(answer) && answer.GetProperty("status").GetProperty("slots").GetArrayLength() == 0;
                if (!isEmpty && IsOk(answer) && context.Time.GetElapsedTime(until).TotalSeconds < parsed.GetValue(wait))
                {
                    await Task.Delay(Between, context.Time, cancellation);
                    continue;
                }
                Tell(context, answer, parsed.GetValue(json));
                return (int)(isEmpty ? ExitCode.Ok : ExitCode.Failed);
            }
        });
        return command;
    }

    private static Command Simple(CliContext context, string verb, string description, Func<ParseResult, byte[]> request)
    {
        var (config, socket, json) = Common();
        var command = new Command(verb, description) { config, socket, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var answer = await ControlClient.AskAsync(Locate(context, parsed, config, socket), request(parsed), cancellation);
            Tell(context, answer, parsed.GetValue(json));
            return (int)(IsOk(answer) ? ExitCode.Ok : ExitCode.Failed);
        });
        return command;
    }

    private static (Option<string> Config, Option<string?> Socket, Option<bool> Json) Common() => (
        CommonOptions.Config(),
        new("--socket") { Description = "The keeper's socket, instead of the configuration's control.socket.", HelpName = "PATH" },
        new("--json") { Description = "The keeper's answer as one line of JSON." });

    /// <summary>With <c>--socket</c> no configuration is read: its references need not be at hand in an emergency.</summary>
    private static string Locate(CliContext context, ParseResult parsed, Option<string> config, Option<string?> socket) =>
        parsed.GetValue(socket) is { Length: > 0 } given ? Path.GetFullPath(given)
        : KeeperConfig.Load(parsed.GetValue(config)!, Needs.None, context.Environment).Require().Control.Socket;

    private static bool IsOk(JsonElement answer) => answer.GetProperty("ok").GetBoolean();

    private static void Tell(CliContext context, JsonElement answer, bool isJson)
    {
        if (isJson) context.Out.WriteLine(answer.GetRawText());
        else CtlTables.Write(context, answer);
    }
}
