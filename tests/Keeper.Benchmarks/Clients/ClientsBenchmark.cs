using Keeper.Benchmarks.Harness;
using Keeper.Core.Chain;

namespace Keeper.Benchmarks.Clients;

/// <summary>The chain clients at the same work: decode an event, encode a call, sign, hear a notification.</summary>
internal static class ClientsBenchmark
{
    public static Benchmark Definition { get; } = new("clients", "the chain clients that are built in, at the same work", RunAsync);

    private static async Task RunAsync(RunOptions options, Figures figures, CancellationToken cancellation)
    {
        IClientSubject[] subjects = [.. ClientSubjects.All()];
        var (rounds, round) = (options.Scale(9, 3), TimeSpan.FromMilliseconds(options.Scale(300, 50)));

        options.Progress.WriteLine("decode, encode, sign");
        Compare("decode", subject => () => subject.DecodeEvent(Samples.Log));
        Compare("encode", subject => subject.EncodeCall);
        Compare("sign", subject => () => Sign(subject.Signer));

        var (apart, count) = (TimeSpan.FromMilliseconds(2), options.Scale(500, 50));
        options.Progress.WriteLine($"{options.Scale(4, 1)} times {count} notifications a client");
        await CompareNotificationsAsync(subjects, figures, options.Scale(4, 1), count, apart, cancellation);

        if (subjects.Length == 1) figures.Note("this build does not contain Nethereum: no column, no ratios");
        else foreach (var id in (string[])["decode_us", "decode_bytes", "encode_us", "encode_bytes", "sign_us", "sign_bytes", "notify_p50_us", "notify_p99_us", "notify_bytes"])
            figures.SetRatio($"clients.ratio.{id}", $"clients.nethereum.{id}", $"clients.native.{id}");

        void Compare(string work, Func<IClientSubject, Func<int>> operation)
        {
            var costs = Timing.Compare(rounds, round, [.. subjects.Select(operation)]);
            for (var i = 0; i < subjects.Length; i++)
            {
                figures.Set($"clients.{subjects[i].Name}.{work}_us", costs[i].Microseconds);
                figures.Set($"clients.{subjects[i].Name}.{work}_bytes", costs[i].Bytes);
            }
        }
    }

    private static int Sign(ISigner signer)
    {
        var signing = signer.SignAsync(Samples.Transaction, CancellationToken.None);
        return signing.IsCompletedSuccessfully ? signing.Result.Raw.Length : throw new InvalidOperationException("a local signature waits for nothing");
    }

    /// <summary>In turn, so that a busy moment of the machine meets each.</summary>
    private static async Task CompareNotificationsAsync(IClientSubject[] subjects, Figures figures, int turns, int count, TimeSpan apart, CancellationToken cancellation)
    {
        var paths = subjects.Select(subject => new NotificationPath(subject.Driver, Samples.Hints)).ToArray();
        try
        {
            foreach (var path in paths) await path.MeasureAsync(Samples.Notification, 100, apart, cancellation); // warm
            var times = subjects.Select(_ => new List<double>()).ToArray();
            var bytes = subjects.Select(_ => new List<double>()).ToArray();
            for (var turn = 0; turn < turns; turn++)
            {
                for (var i = 0; i < paths.Length; i++)
                {
                    var measured = await paths[i].MeasureAsync(Samples.Notification, count, apart, cancellation);
                    times[i].AddRange(measured.Microseconds);
                    bytes[i].AddRange(measured.Bytes);
                }
            }
            for (var i = 0; i < subjects.Length; i++)
            {
                figures.Set($"clients.{subjects[i].Name}.notify_p50_us", Timing.Percentile(times[i], 0.5));
                figures.Set($"clients.{subjects[i].Name}.notify_p99_us", Timing.Percentile(times[i], 0.99));
                figures.Set($"clients.{subjects[i].Name}.notify_bytes", Timing.Percentile(bytes[i], 0.5));
            }
        }
        finally
        {
            foreach (var path in paths) await path.DisposeAsync();
        }
    }
}
