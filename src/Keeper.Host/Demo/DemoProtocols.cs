using Keeper.Host.Demo.AaveV3;
using Keeper.Host.Demo.MorphoBlue;
using Keeper.Host.Demo.RefPerps;

namespace Keeper.Host.Demo;

/// <summary>The protocols that <c>demo</c> can show.</summary>
internal static class DemoProtocols
{
    public const string Default = "refperps";

    public static IReadOnlyList<string> Types { get; } = [Default, "aave-v3", "morpho-blue"];

    /// <summary>Those that need capital share what pays for it.</summary>
    /// <param name="types">Of <see cref="Types"/>, each once.</param>
    public static async Task<IReadOnlyList<IDemoProtocol>> DeployAsync(IEnumerable<string> types, DemoGround ground, CancellationToken cancellation)
    {
        DemoCapital? capital = null;
        var deployed = new List<IDemoProtocol>();
        foreach (var type in types)
        {
            if (type != Default) capital ??= await DemoCapital.DeployAsync(ground, cancellation);
            deployed.Add(type switch
            {
                Default => new RefPerpsDemo(await Deployment.CreateAsync(ground, cancellation)),
                "aave-v3" => await AaveDemo.DeployAsync(capital!, cancellation),
                "morpho-blue" => await MorphoDemo.DeployAsync(capital!, cancellation),
                _ => throw new ArgumentException($"There is no demo of '{type}'.", nameof(types)),
            });
        }
        return deployed;
    }
}
