namespace Rules.Anomaly;

/// <summary>
/// Chooses the period of a history: of those proposed the one whose season predicted best, if it predicted clearly better than none.
/// </summary>
internal static class Seasonality
{
    private const int First = 24;
    private const double Better = 0.93;
    private const double Worse = 1.0;
    private const double LossCut = 20;

    /// <summary>Sets the history's period.</summary>
    /// <returns>True if it is another than before.</returns>
    public static bool Review(SeasonHistory history, double floor)
    {
        var current = history.Period;
        var proposed = PeriodFinder.Find(history);
        // Nearly the same period is the same: a small change would only disturb the phase.
        var same = current > 0 && Math.Abs(proposed - current) * history.Count / current < 1;
        if (proposed == 0 && current == 0)
            return false;
        var from = (int)Math.Ceiling(Math.Max(current, proposed));
        if (from + First + 4 > history.Count)
            return false;
        var best = Math.Min(Loss(history, 0, from, floor), Persisting(history, from));
        var chosen = 0.0;
        if (current > 0 && Loss(history, current, from, floor) is var kept && kept < best * Worse)
            (best, chosen) = (kept, current);
        if (proposed > 0 && !same && Loss(history, proposed, from, floor) < best * Better)
            chosen = proposed;
        history.Period = chosen;
        return chosen != current;
    }

    /// <summary>Forecasts the history again and returns the mean error, large ones cut.</summary>
    private static double Loss(SeasonHistory history, double period, int from, double floor) =>
        Replay(history, period, from, floor, null, out _);

    /// <param name="tail">Learns the errors, if given.</param>
    public static double Replay(
        SeasonHistory history, double period, int from, double floor, TailDistribution? tail, out Forecaster forecaster)
    {
        Span<double> first = stackalloc double[First];
        for (var i = 0; i < First; i++)
            first[i] = history[from + i] - SeasonAt(history, period, from + i);
        forecaster = default;
        forecaster.Start(first, floor);
        var sum = 0.0;
        for (var i = from + First; i < history.Count; i++)
        {
            var season = SeasonAt(history, period, i);
            var predicted = forecaster.Predict(season);
            var error = Math.Abs(history[i] - predicted);
            sum += Math.Min(error, LossCut * forecaster.Scale);
            if (tail is not null)
            {
                var z = error / forecaster.Scale;
                tail.Learn(z, tail.Probability(z));
            }

            forecaster.Learn(history[i], season, predicted, floor, out _);
        }

        return sum / (history.Count - from - First);
    }

    private static double SeasonAt(SeasonHistory history, double period, int entry) =>
        period > 0 ? history.Season(entry, period) : 0;

    /// <summary>The mean error of taking each value for the next.</summary>
    private static double Persisting(SeasonHistory history, int from)
    {
        var sum = 0.0;
        for (var i = from + First; i < history.Count; i++)
            sum += Math.Abs(history[i] - history[i - 1]);
        return sum / (history.Count - from - First);
    }
}
