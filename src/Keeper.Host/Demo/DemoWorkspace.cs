using System.Net.Sockets;
using System.Text.Json;
using Keeper.Chain.Native.Crypto;
using Keeper.Chain.Native.Keystore;
using Keeper.Core.Primitives;
using Keeper.Host.Demo.RefPerps;

namespace Keeper.Host.Demo;

/// <summary>A temporary folder with the configuration, key and journal of a keeper, as an operator would write them.</summary>
internal sealed class DemoWorkspace : IDisposable
{
    /// <summary>The keeper's name for the node.</summary>
    public const string Endpoint = "anvil";

    private const int ScryptCost = 4_096;
    private const int FirstPort = 20_000, Ports = 10_000;
    private static int _asked;

    private DemoWorkspace(string folder, Address operatorAddress) => (Folder, Operator) = (folder, operatorAddress);

    public string Folder { get; }

    /// <summary>The address of a key that was made for this folder alone.</summary>
    public Address Operator { get; }

    public string ConfigPath => Path.Combine(Folder, "keeper.json");

    public static DemoWorkspace Create()
    {
        var folder = CreateFolder();
        using var key = PrivateKey.Generate();
        var password = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16));
        WritePrivate(Path.Combine(folder, "operator.password"), password);
        KeystoreFile.Write(Path.Combine(folder, "operator.json"), key, password, ScryptCost);
        return new(folder, key.Address);
    }

    private static string CreateFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("keeper-demo-").FullName;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EnvironmentException($"No folder could be made in {Path.GetTempPath()}: TMPDIR must name one that exists and that this user may write.");
        }
    }

    /// <inheritdoc cref="WriteConfig(DemoGround, IReadOnlyList{IDemoProtocol}, Uri, Uri, string, string, int)"/>
    public void WriteConfig(Deployment exchange, Uri http, Uri ws, string listen, string client, int blockSeconds = 1) =>
        WriteConfig(exchange.Ground, [new RefPerpsDemo(exchange)], http, ws, listen, client, blockSeconds);

    /// <param name="listen">Where the keeper's pages are served; port 0 for any.</param>
    /// <param name="client">The library that the keeper uses.</param>
    /// <param name="blockSeconds">The time from block to block.</param>
    public void WriteConfig(DemoGround ground, IReadOnlyList<IDemoProtocol> protocols, Uri http, Uri ws, string listen, string client, int blockSeconds = 1)
    {
        Write("keeper.json", new
        {
            chain = new { id = 31337, client, endpoints = new[] { new { name = Endpoint, http, ws } } },
            key = new { keystore = "operator.json", password = "file:operator.password" },
            executor = new { address = ground.Executor.ToString(), treasury = ground.Treasury.ToString() },
            protocols = protocols.Select(protocol => protocol.Type),
            // The folder dies with the demo: waiting for its disk would measure the machine, not the keeper.
            journal = new { path = "journal.db", synchronous = "normal" },
            http = new { listen },
            logging = new { level = "warning", format = "text" },
        });
        Write("chains/31337.json", new
        {
            chainId = 31337,
            name = "anvil",
            blockTimeMs = 1_000 * blockSeconds,
            completeness = "receiptsRoot",
            multicall = ground.Multicall.ToString(),
            nativePriceFeed = ground.NativeFeed.ToString(),
            nativePriceMaxAgeSeconds = 86_400,
            nativePriceWorstCaseUsd = "10000",
        });
        foreach (var protocol in protocols) Write($"protocols/{protocol.Type}.json", protocol.Config);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Write(string name, object content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        WritePrivate(path, JsonSerializer.Serialize(content));
    }

    private static void WritePrivate(string path, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
    }

    /// <summary>A port that was free a moment ago, below those that systems hand out: no other program gets it by chance before it is used.</summary>
    /// <exception cref="EnvironmentException">None is free.</exception>
    public static int FreePort()
    {
        for (var i = 0; i < Ports; i++)
        {
            // Two programs that ask at once begin at different ports.
            var port = FirstPort + (int)(((uint)Environment.ProcessId * 97 + (uint)Interlocked.Increment(ref _asked)) % Ports);
            try
            {
                using var listener = new TcpListener(System.Net.IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it; the next may be free.
            }
        }
        throw new EnvironmentException($"No port from {FirstPort} to {FirstPort + Ports - 1} is free.");
    }
}
