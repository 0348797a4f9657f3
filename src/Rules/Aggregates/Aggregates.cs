using Rules.Language;

namespace Rules.Aggregates;

/// <summary>Makes the aggregates that specs ask for.</summary>
internal static class Aggregates
{
    /// <summary>The spec's aggregate, empty.</summary>
    /// <inheritdoc cref="Factory"/>
    public static Aggregate Create(AggregateSpec spec, long lateness = long.MaxValue) => Factory(spec, lateness)();

    /// <summary>What makes one empty aggregate a call; they share what depends on the spec alone.</summary>
    /// <param name="lateness">How long before an entity's newest event the watermark may stand, milliseconds: bounds
    /// the panes of tumbling and hopping windows that wait for it, at most 1,440. When there are more, the oldest
    /// go.</param>
    /// <exception cref="ArgumentException">The spec has a <see cref="WindowLimits.Problem"/>.</exception>
    public static Func<Aggregate> Factory(AggregateSpec spec, long lateness = long.MaxValue)
    {
        if (WindowLimits.Problem(spec) is { } problem)
            throw new ArgumentException(problem, nameof(spec));
        return spec.Function switch
        {
            AggregateFunction.Count => Over<CountAccumulator>(spec, lateness),
            AggregateFunction.Sum or AggregateFunction.Avg => Over<SumAccumulator>(spec, lateness),
            AggregateFunction.Min => Over<ExtremeAccumulator<Least>>(spec, lateness),
            AggregateFunction.Max => Over<ExtremeAccumulator<Greatest>>(spec, lateness),
            AggregateFunction.Stddev => Over<MomentsAccumulator>(spec, lateness),
            AggregateFunction.Rate or AggregateFunction.Increase => Over<CounterAccumulator>(spec, lateness),
            AggregateFunction.Delta or AggregateFunction.First or AggregateFunction.Last =>
                Over<EndsAccumulator>(spec, lateness),
            AggregateFunction.Distinct => Over<DistinctSketch>(spec, lateness),
            AggregateFunction.Quantile => Over<QuantileSketch>(spec, lateness),
            AggregateFunction.Slope => Over<SlopeAccumulator>(spec, lateness),
            AggregateFunction.Ewma => () => new Ewma(spec.Window.Size),
            _ => throw new ArgumentException($"The function {spec.Function}.", nameof(spec)),
        };
    }

    private static Func<Aggregate> Over<T>(AggregateSpec spec, long lateness)
        where T : struct, IAccumulator<T>
    {
        switch (spec.Window.Shape)
        {
            case WindowShape.Session:
                return () => new SessionWindow<T>(spec);
            case WindowShape.LastN when spec.Function is AggregateFunction.Distinct or AggregateFunction.Quantile:
                return () => new SortedLastN(spec);
            case WindowShape.LastN:
                return () => new LastN<T>(spec);
            default:
                var layout = PaneLayout.Of(spec, lateness);
                return () => new PaneWindow<T>(layout);
        }
    }
}
