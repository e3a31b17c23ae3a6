using System.Text;

namespace Keeper.Host.Metrics;

/// <summary>A number that measurements add to, or replace. Whole numbers are exact up to 2^53.</summary>
internal sealed class ValueSeries(bool adds) : TextSeries
{
    private double _value;

    public override void Write(StringBuilder text, string name, string labels) => PrometheusText.AppendSample(text, name, labels, Volatile.Read(ref _value));

    protected override void Take(double value)
    {
        if (adds) Add(ref _value, value);
        else Volatile.Write(ref _value, value);
    }
}
