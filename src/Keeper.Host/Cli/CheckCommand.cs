using System.CommandLine;
using Keeper.Core.Primitives;
using Keeper.Host.Checks;
using Keeper.Host.Configuration;
using Keeper.Host.Keys;
using Keeper.Host.Running;
using Microsoft.Extensions.Logging.Abstractions;

namespace Keeper.Host.Cli;

/// <summary><c>keeper check</c>: proves the configuration against the chain, the key and the journal; sends and writes nothing.</summary>
internal static class CheckCommand
{
    public static Command Create(CliContext context)
    {
        var config = CommonOptions.Config();
        var command = new Command("check", "Proves the configuration without sending anything.") { config };
        command.SetAction(async (parsed, cancellation) => (int)await RunAsync(context, parsed.GetValue(config)!, cancellation));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CliContext context, string path, CancellationToken cancellation)
    {
        var options = KeeperConfig.Load(path, Needs.Executor | Needs.Key, context.Environment).Require();
        var proofs = new List<Proof> { Proof.Ok("configuration", $"{path} is complete and has no unknown keys") };
        var key = await OpenKeyAsync(options, proofs, context.Time);
        proofs.Add(await JournalProof.RunAsync(options.Journal, key, context.Time, cancellation));
        proofs.AddRange(await new Proofs(options, endpoints => ChainClients.Create(options.Chain, endpoints, context.Time, NullLoggerFactory.Instance)).RunAsync(key, cancellation));
        Tables.Write(context.Out, proofs);
        return Proofs.CodeOf(proofs);
    }

    /// <summary>A wrong password is one row among the others: the rest is still worth proving.</summary>
    private static async Task<Address?> OpenKeyAsync(KeeperOptions options, List<Proof> proofs, TimeProvider time)
    {
        try
        {
            await using var key = OperatorKey.Open(options.Key!, options.Chain, time);
            proofs.Add(Proof.Ok(
                options.Key is KeyOptions.Remote ? "key.remote" : "key.keystore",
                options.Key is KeyOptions.Remote ? $"is a service that signs for {key.Signer.Address}; it was not asked to" : $"opens: the key of {key.Signer.Address}"));
            return key.Signer.Address;
        }
        catch (StartupException error)
        {
            proofs.AddRange(error.Errors.Select(entry => new Proof(entry.Field, ProofState.Failed, entry.Problem, entry.Expected, error.Code)));
            return null;
        }
    }
}
