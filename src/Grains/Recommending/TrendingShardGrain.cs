using System.Buffers;
using Checkpointing;
using Grains.Entities;
using Orleans.Concurrency;
using Recommendations.Trending;

namespace Grains.Recommending;

/// <summary>A part of the items' counts; its key is the part's number.</summary>
[Alias("granary.ITrendingShard")]
public interface ITrendingShard : IGrainWithStringKey
{
    /// <summary>The highest counts as of then.</summary>
    /// <param name="now">Unix milliseconds.</param>
    [Alias("Top")]
    [AlwaysInterleave]
    ValueTask<ShardTop> TopAsync(int count, long now);
}

/// <summary>The highest counts of a shard, the highest first.</summary>
/// <param name="Total">Of all its items.</param>
[GenerateSerializer, Immutable, Alias("granary.ShardTop")]
public sealed record ShardTop([property: Id(0)] string[] Items, [property: Id(1)] double[] Scores, [property: Id(2)] double Total);

/// <summary>Keeps each item's own latest count, so that a record that is repeated changes nothing.</summary>
[GrainType("trending-shard")]
public sealed class TrendingShardGrain : RecommendingGrain, ITrendingShard
{
    private TrendingShard _state = null!;

    private protected override string StateType => "trending-shard/1";

    private protected override void ReadState(ReadOnlySpan<byte> source, string stateType)
    {
        var (halfLife, capacity) = (Services.Settings.TrendingHalfLife, Services.Settings.TrendingCapacity);
        _state = source.IsEmpty ? new(halfLife, capacity) : TrendingShard.Decode(source, halfLife, capacity);
    }

    private protected override void WriteState(IBufferWriter<byte> to) => _state.Encode(to);

    private protected override void ApplyRecord(in EventRecord record, EventContext context) =>
        _state.Raise(TrendingNotice.Decode(record.Value.Span, Services.Catalogue));

    public ValueTask<ShardTop> TopAsync(int count, long now)
    {
        lock (Gate)
        {
            var top = _state.Top(count, now);
            return new(new ShardTop(
                top.Items.Select(static item => item.Item).ToArray(), top.Items.Select(static item => item.Score).ToArray(), top.Total));
        }
    }
}
