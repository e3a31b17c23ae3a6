using Keeper.Host.Demo.AaveV3;
using Keeper.Host.Demo.MorphoBlue;
using Keeper.Host.Demo.RefPerps;

namespace Keeper.Host.Demo;

/// <summary>The protocols that <c>demo</c> can show.</summary>
internal static class DemoProtocols
{
    public const string Default = "refperps";

    public static IReadOnlyList<string> Types { get; } = [Default, "aave-v3", "morpho-blue"];

    /// <param name="type">One of <see cref="Types"/>.</param>
    public static async Task<IDemoProtocol> DeployAsync(string type, DemoGround ground, CancellationToken cancellation) => type switch
    {
        Default => new RefPerpsDemo(await Deployment.CreateAsync(ground, cancellation)),
        "aave-v3" => await AaveDemo.DeployAsync(await DemoCapital.DeployAsync(ground, cancellation), cancellation),
        "morpho-blue" => await MorphoDemo.DeployAsync(await DemoCapital.DeployAsync(ground, cancellation), cancellation),
        _ => throw new ArgumentException($"There is no demo of '{type}'.", nameof(type)),
    };
}
