using Keeper.Chain.Native;
using Keeper.Host;
using Keeper.Host.Cli;
using Keeper.Tests.Journal;

namespace Keeper.Tests.Host;

public sealed class KeyCommandTests
{
    private const string Key = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318";
    private const string KeyAddress = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23"; // web3.js, accounts.privateKeyToAccount
    private static readonly Dictionary<string, string> Environment = new() { ["PASSWORD"] = "correct horse" };

    /// <summary>These tests derive keys at less cost.</summary>
    [Fact]
    public void The_process_makes_keystores_at_the_usual_cost() => Assert.Equal(262_144, CliContext.OfProcess().ScryptN);

    [Fact]
    public async Task A_new_key_opens_with_its_password_and_is_private()
    {
        using var folder = new TemporaryDirectory();
        var made = await Cli.RunAsync(Environment, "", "key", "new", "--out", folder.File("key.json"), "--password-env", "PASSWORD");
        Assert.Equal((ExitCode.Ok, ""), (made.Code, made.Error));
        using var signer = LocalSigner.FromKeystore(folder.File("key.json"), "correct horse");
        Assert.Equal(signer.Address.ToString(), made.Out.Trim().ToLowerInvariant());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File("key.json")));
    }

    [Fact]
    public async Task A_key_is_imported_from_standard_input_and_only_its_address_is_shown()
    {
        using var folder = new TemporaryDirectory();
        var imported = await Cli.RunAsync(Environment, $"0x{Key}\nsecret\nsecret\n", "key", "import", "--out", folder.File("key.json"));
        Assert.Equal((ExitCode.Ok, KeyAddress, ""), (imported.Code, imported.Out.Trim(), imported.Error));
        using var signer = LocalSigner.FromKeystore(folder.File("key.json"), "secret");
        Assert.Equal(KeyAddress, signer.Address.ToString(), ignoreCase: true);
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllText(folder.File("key.json"), "precious");
        var made = await Cli.RunAsync(Environment, "", "key", "new", "--out", folder.File("key.json"), "--password-env", "PASSWORD");
        Assert.Equal(ExitCode.Config, made.Code);
        Assert.Equal($"--out names {folder.File("key.json")}, which exists and is not overwritten", Assert.Single(made.Problems));
        Assert.Equal("precious", File.ReadAllText(folder.File("key.json")));
    }

    [Theory]
    [InlineData("zz\n", "private key is not valid: A private key is 64 hex digits.")]
    [InlineData("", "standard input does not hold the private key")]
    [InlineData(Key + "\n", "standard input does not hold the password")]
    [InlineData(Key + "\none\ntwo\n", "password was typed differently the second time")]
    public async Task A_wrong_input_writes_nothing(string input, string problem)
    {
        using var folder = new TemporaryDirectory();
        var imported = await Cli.RunAsync(Environment, input, "key", "import", "--out", folder.File("key.json"));
        Assert.Equal((ExitCode.Config, ""), (imported.Code, imported.Out));
        Assert.Equal(problem, Assert.Single(imported.Problems));
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.DoesNotContain(Key, imported.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--password-env", "NO_SUCH", "--password-env refers to the environment variable NO_SUCH, which is not set")]
    [InlineData("--password-file", "/no/such/file", "--password-file refers to the file /no/such/file, which is missing")]
    public async Task A_password_that_is_not_there_is_told(string option, string value, string problem)
    {
        using var folder = new TemporaryDirectory();
        var made = await Cli.RunAsync(Environment, "", "key", "new", "--out", folder.File("key.json"), option, value);
        Assert.Equal(ExitCode.Config, made.Code);
        Assert.Equal(problem, Assert.Single(made.Problems));
    }

    [Theory]
    [InlineData("key", "import", "--out", "x", Key)]
    [InlineData("key", "import", "--out", "x", "--key=" + Key)]
    public async Task A_key_on_the_command_line_is_refused(params string[] args)
    {
        var imported = await Cli.RunAsync(Environment, "", args);
        Assert.Equal(ExitCode.Config, imported.Code);
        Assert.DoesNotContain(Key, imported.Error, StringComparison.Ordinal);
    }
}
