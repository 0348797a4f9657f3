using System.Buffers;
using Checkpointing;
using Grains.Entities;
using Grains.Interfaces;
using Orleans.Concurrency;
using Recommendations.Feedback;

namespace Grains.Recommending;

/// <summary>A part of the feedback counters; its key is the part's number.</summary>
[Alias("granary.IFeedbackShard")]
public interface IFeedbackShard : IGrainWithStringKey
{
    /// <summary>The sums of the last hours, the running one included.</summary>
    /// <param name="now">Unix milliseconds.</param>
    [Alias("Sums")]
    [AlwaysInterleave]
    ValueTask<FeedbackSum[]> SumsAsync(int hours, long now);
}

/// <summary>Counts what silos have shown and visitors have clicked, each notice once.</summary>
[GrainType("feedback-shard")]
public sealed class FeedbackShardGrain : RecommendingGrain, IFeedbackShard
{
    /// <summary>Visitors whose repeated clicks are seen: a shard is written whole, with some 20 bytes for each.</summary>
    private const int Capacity = 5000;

    private FeedbackShard _state = null!;

    private protected override string StateType => "feedback-shard/1";

    private protected override void ReadState(ReadOnlySpan<byte> source, string stateType) =>
        _state = source.IsEmpty ? new(Capacity) : FeedbackShard.Decode(source, Capacity);

    private protected override void WriteState(IBufferWriter<byte> to) => _state.Encode(to);

    private protected override void ApplyRecord(in EventRecord record, EventContext context)
    {
        var notice = FeedbackNotice.Decode(record.Value.Span);
        if (_state.Apply(notice)) Services.Metrics.Counted(notice.Events);
    }

    public ValueTask<FeedbackSum[]> SumsAsync(int hours, long now)
    {
        lock (Gate)
        {
            return new(_state.Counters.Sums(hours, now)
                .Select(static sum => new FeedbackSum(
                    sum.Variant, sum.Method, sum.Counts.Lists, sum.Counts.Hits, sum.Counts.Items, sum.Counts.Clicks))
                .ToArray());
        }
    }
}
