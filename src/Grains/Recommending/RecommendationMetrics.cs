using System.Diagnostics.Metrics;
using Recommendations.Visitors;

namespace Grains.Recommending;

/// <summary>The meter of recommendations.</summary>
internal sealed class RecommendationMetrics : IDisposable
{
    private readonly Meter _meter = new("Granary.Recommendations");
    private readonly Counter<long> _interactions;
    private readonly Counter<long> _recommended;
    private readonly Counter<long> _missing;
    private readonly Histogram<double> _duration;

    public RecommendationMetrics()
    {
        _interactions = _meter.CreateCounter<long>(
            "recommendations.interactions", "{interaction}", "By what came of them; one of another refusal than None was not taken or not told to items.");
        _recommended = _meter.CreateCounter<long>("recommendations.items", "{item}", "Recommended, by method and variant.");
        _missing = _meter.CreateCounter<long>("recommendations.missing", "{item}", "Items that did not answer a visitor's query.");
        _duration = _meter.CreateHistogram<double>("recommendations.duration", "ms");
    }

    public void Taken(Refusal refusal) => _interactions.Add(1, new KeyValuePair<string, object?>("refusal", refusal.ToString()));

    public void Recommended(string method, string variant) => _recommended.Add(
        1, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("variant", variant));

    public void Missing() => _missing.Add(1);

    public void Answered(TimeSpan duration) => _duration.Record(duration.TotalMilliseconds);

    public void Dispose() => _meter.Dispose();
}
