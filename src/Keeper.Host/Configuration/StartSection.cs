using Keeper.Core.Chain;
using Keeper.Core.Protocol;

namespace Keeper.Host.Configuration;

/// <summary>The section <c>start</c> of a protocol: where it begins without its history, and the file of accounts that it begins with.</summary>
internal static class StartSection
{
    /// <summary>More than any list that a node could be asked about before its state is gone.</summary>
    private const int MaxAccounts = 1_000_000;

    private const int MaxName = 100;

    public static KnownStart? Read(ConfigReader protocol, ulong deployBlock)
    {
        var reader = protocol.Section("start", isRequired: false);
        var block = (ulong)reader.Integer("block", 1, int.MaxValue);
        var path = reader.FilePath("accounts");
        reader.Finish();
        if (!reader.IsPresent || path.Length == 0) return null;
        if (block <= deployBlock) reader.Fail("block", $"is {block}, not above deployBlock, which is {deployBlock}", "a later block, or no section start: all of history is read then");
        return new(block, Accounts(reader, path));
    }

    /// <summary>A name a line; what stands behind # is for people.</summary>
    private static string[] Accounts(ConfigReader reader, string path)
    {
        try
        {
            var names = File.ReadLines(path).Take(MaxAccounts + 1).Select(line => line.Split('#')[0].Trim()).Where(name => name.Length > 0).Distinct().ToArray();
            if (names.Length == 0) reader.Fail("accounts", $"is {path}, which names no account", "a file with an account a line");
            if (names.Length > MaxAccounts) reader.Fail("accounts", $"is {path}, which has more than {MaxAccounts} lines", "fewer accounts, or no section start");
            if (names.FirstOrDefault(name => name.Length > MaxName) is { } longest) reader.Fail("accounts", $"is {path}, which has the line '{ForeignText.Clean(longest, 60)}'", "a file with an account a line");
            return names;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            reader.Fail("accounts", $"is {path}, which cannot be read: {error.Message}", "a file with an account a line");
            return [];
        }
    }
}
