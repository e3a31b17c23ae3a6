using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>Counts by upper bound. A scrape beside a measurement may see the one in the sum and not yet in the buckets; the count is that of the buckets.</summary>
internal sealed class HistogramSeries(double[] bounds) : TextSeries
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public override void Write(StringBuilder text, string name, string labels)
    {
        long count = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            count += Interlocked.Read(ref _counts[i]);
            var bound = i < bounds.Length ? PrometheusText.Number(bounds[i]) : "+Inf";
            PrometheusText.AppendSample(text, name + "_bucket", PrometheusText.Join(labels, $"le=\"{bound}\""), count);
        }
        PrometheusText.AppendSample(text, name + "_sum", labels, Volatile.Read(ref _sum));
        PrometheusText.AppendSample(text, name + "_count", labels, count);
    }

    protected override void Take(double value)
    {
        // A bound belongs to its bucket: "le" is less or equal.
        var at = Array.BinarySearch(bounds, value);
        Interlocked.Increment(ref _counts[at < 0 ? ~at : at]);
        Add(ref _sum, value);
    }
}
