using System.Diagnostics.Metrics;
using Recommendations.Feedback;
using Recommendations.Visitors;

namespace Grains.Recommending;

/// <summary>The meter of recommendations.</summary>
internal sealed class RecommendationMetrics : IDisposable
{
    private readonly Meter _meter = new("Granary.Recommendations");
    private readonly Counter<long> _interactions;
    private readonly Counter<long> _recommended;
    private readonly Counter<long> _missing;
    private readonly Counter<long> _feedback;
    private readonly Histogram<double> _duration;

    public RecommendationMetrics()
    {
        _interactions = _meter.CreateCounter<long>(
            "recommendations.interactions", "{interaction}", "By what came of them; one of another refusal than None was not taken or not told to items.");
        _recommended = _meter.CreateCounter<long>("recommendations.items", "{item}", "Recommended, by method and variant.");
        _missing = _meter.CreateCounter<long>("recommendations.missing", "{item}", "Items that did not answer a visitor's query.");
        _feedback = _meter.CreateCounter<long>(
            "recommendations.feedback", "{event}",
            "Lists and items that were shown, lists with a click (hits) and items clicked, by method (* for the whole list) and variant.");
        _duration = _meter.CreateHistogram<double>("recommendations.duration", "ms");
    }

    public void Taken(Refusal refusal) => _interactions.Add(1, new KeyValuePair<string, object?>("refusal", refusal.ToString()));

    public void Recommended(string method, string variant, int items) => _recommended.Add(
        items, new KeyValuePair<string, object?>("method", method), new KeyValuePair<string, object?>("variant", variant));

    public void Counted(IReadOnlyList<FeedbackEvent> events)
    {
        foreach (var (variant, method, _, counts) in events)
        {
            Add("list", counts.Lists);
            Add("hit", counts.Hits);
            Add("item", counts.Items);
            Add("click", counts.Clicks);

            void Add(string what, long count)
            {
                if (count > 0) _feedback.Add(count, new("method", method), new("variant", variant), new("what", what));
            }
        }
    }

    public void Missing() => _missing.Add(1);

    public void Answered(TimeSpan duration) => _duration.Record(duration.TotalMilliseconds);

    public void Dispose() => _meter.Dispose();
}
