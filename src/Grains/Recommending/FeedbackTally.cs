using System.Text;
using Checkpointing;
using Recommendations.Feedback;

namespace Grains.Recommending;

/// <summary>What this silo has shown since it last told the counters. Safe from any thread.</summary>
public sealed class FeedbackTally(RecommendationSettings settings)
{
    private readonly string _source = $"silo|{Guid.NewGuid():N}";
    private readonly Lock _lock = new(); // guards the counters
    private readonly FeedbackCounters _counters = new();
    private long _number;

    internal void Add(IReadOnlyList<FeedbackEvent> shown)
    {
        lock (_lock)
        {
            foreach (var one in shown) _counters.Add(one);
        }
    }

    /// <summary>What is to be sent to the counters, then nothing is left; null: nothing was shown.</summary>
    public Output? Take()
    {
        lock (_lock)
        {
            var shown = _counters.Take();
            return shown.Count == 0 ? null : ToOutput(settings, _source, new(FeedbackNotice.SourceOf(_source), ++_number, shown));
        }
    }

    private static Output ToOutput(RecommendationSettings settings, string source, FeedbackNotice notice) => new()
    {
        Id = $"{source}|{notice.Number}",
        Topic = settings.FeedbackTopic,
        Key = Encoding.UTF8.GetBytes(Shards.Of(settings, source)),
        Value = Notices.ToArray(notice),
    };
}
