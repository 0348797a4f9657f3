using Rules.Aggregates;
using Rules.Language;

namespace Rules.Tests.Aggregates;

/// <summary>The functions by their definitions.</summary>
internal static class PlainFunctions
{
    private const double Rounding = 1e-10;

    /// <param name="all">In the order of time, then arrival.</param>
    /// <param name="sets">The panes, each in the order of arrival.</param>
    public static double Of(AggregateSpec spec, List<Sample> all, List<List<Sample>> sets, out double tolerance)
    {
        tolerance = 0;
        if (all.Count == 0)
            return spec.Function == AggregateFunction.Count ? 0 : double.NaN;
        var numbers = all.ConvertAll(s => s.Number);
        var scale = numbers.Max(Math.Abs);
        switch (spec.Function)
        {
            case AggregateFunction.Count:
                return all.Count;
            case AggregateFunction.Min:
                return numbers.Min();
            case AggregateFunction.Max:
                return numbers.Max();
            case AggregateFunction.First:
                return numbers[0];
            case AggregateFunction.Last:
                return numbers[^1];
            case AggregateFunction.Delta:
                return all.Count < 2 ? double.NaN : numbers[^1] - numbers[0];
            case AggregateFunction.Distinct:
                return Distinct(all, spec.Window.Shape == WindowShape.LastN, out tolerance);
            case AggregateFunction.Quantile:
                return Quantile(numbers, spec, out tolerance);
            case AggregateFunction.Sum:
                tolerance = Rounding * scale;
                return (double)numbers.Sum(n => (decimal)n);
            case AggregateFunction.Avg:
                tolerance = Rounding * scale;
                return (double)numbers.Average(n => (decimal)n);
            case AggregateFunction.Stddev:
                // About the square root of the rounding where there is no deviation.
                tolerance = 1e-9 * scale;
                var mean = numbers.Average(n => (decimal)n);
                return Math.Sqrt((double)numbers.Average(n => ((decimal)n - mean) * ((decimal)n - mean)));
            case AggregateFunction.Increase or AggregateFunction.Rate:
                tolerance = Rounding * scale * all.Count;
                return Growth(spec, all, sets);
            case AggregateFunction.Slope:
                return Slope(all, scale, out tolerance);
            default:
                tolerance = Rounding * scale;
                var newest = all[^1].Time;
                var weights = all.ConvertAll(s => Math.Pow(2, (s.Time - newest) / (double)spec.Window.Size));
                return all.Zip(weights, (s, weight) => s.Number * weight).Sum() / weights.Sum();
        }
    }

    /// <summary>What lies late between two of its pane is passed over.</summary>
    private static double Growth(AggregateSpec spec, List<Sample> all, List<List<Sample>> sets)
    {
        if (all.Count < 2)
            return double.NaN;
        var way = new List<Sample>();
        foreach (var set in sets)
        {
            var kept = new List<Sample>();
            foreach (var sample in set)
                if (kept.Count == 0 || sample.Time >= kept[^1].Time)
                    kept.Add(sample);
                else if (sample.Time < kept[0].Time)
                    kept.Insert(0, sample);
            way.AddRange(kept);
        }

        var growth = 0.0;
        for (var i = 1; i < way.Count; i++)
            growth += way[i].Number < way[i - 1].Number ? way[i].Number : way[i].Number - way[i - 1].Number;
        var seconds = (all[^1].Time - all[0].Time) / 1000.0;
        return spec.Function == AggregateFunction.Increase ? growth : seconds == 0 ? double.NaN : growth / seconds;
    }

    private static double Slope(List<Sample> all, double scale, out double tolerance)
    {
        var meanTime = all.Average(s => (decimal)s.Time);
        var meanNumber = all.Average(s => (decimal)s.Number);
        var squares = all.Sum(s => (s.Time - meanTime) * (s.Time - meanTime)) / 1_000_000;
        var products = all.Sum(s => (s.Time - meanTime) * ((decimal)s.Number - meanNumber)) / 1_000;
        tolerance = squares == 0 ? 0 : 1e-9 * scale / Math.Sqrt((double)squares / all.Count);
        return squares == 0 ? double.NaN : (double)(products / squares);
    }

    private static double Distinct(List<Sample> all, bool isExact, out double tolerance)
    {
        var distinct = all.Select(s => s.Hash).Distinct().Count();
        tolerance = isExact || distinct <= DistinctSketch.MostExact ? 0 : 4 * 0.023 * distinct;
        return distinct;
    }

    private static double Quantile(List<double> numbers, AggregateSpec spec, out double tolerance)
    {
        numbers.Sort();
        var rank = spec.Parameter * (numbers.Count - 1);
        var low = numbers[(int)Math.Floor(rank)];
        var high = numbers[(int)Math.Ceiling(rank)];
        var isExact = spec.Window.Shape == WindowShape.LastN || numbers.Count <= QuantileSketch.MostExact;
        var scale = Math.Max(Math.Abs(low), Math.Abs(high));
        tolerance = scale * (isExact ? 1e-12 : RelativeError(numbers) + 1e-9);
        return low + (high - low) * (rank - Math.Floor(rank));
    }

    /// <summary>1 %, while there are few enough different buckets; from level to level 2a / (1 + a²).</summary>
    private static double RelativeError(List<double> numbers)
    {
        var logarithms = numbers.Where(n => n != 0).Select(n => (Math.Sign(n), Math.Log(Math.Abs(n)))).ToList();
        for (var error = 0.01; ; error = 2 * error / (1 + error * error))
        {
            var width = Math.Log((1 + error) / (1 - error));
            var buckets = logarithms.Select(l => (l.Item1, Math.Ceiling(l.Item2 / width))).Distinct().Count();
            if (buckets < QuantileSketch.MostBuckets - 1)
                return error;
        }
    }
}
