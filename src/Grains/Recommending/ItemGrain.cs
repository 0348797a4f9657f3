using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using Checkpointing;
using Grains.Entities;
using Grains.Interfaces;
using Recommendations;
using Recommendations.Items;
using Recommendations.Methods;
using Recommendations.Trending;

namespace Grains.Recommending;

/// <summary>
/// An item: keeps the sessions that it was in lately, and counts those that took it up. State: the count (8 B) and its time
/// (8 B, little-endian) · <see cref="ItemState"/>.
/// </summary>
[GrainType("item")]
public sealed class ItemGrain : RecommendingGrain, IItemGrain, IItemSessions
{
    private const long MaxAhead = 3_600_000;

    private ItemState _state = null!;
    private DecayedCount _count;

    private protected override string StateType => "item/1";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);
        Services.Items.Add(_state);
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_state is not null) Services.Items.Remove(_state);
        return base.OnDeactivateAsync(reason, cancellationToken);
    }

    private protected override void ReadState(ReadOnlySpan<byte> source, string stateType)
    {
        if (source.IsEmpty)
        {
            _state = new(Key);
            return;
        }

        _count = new(BinaryPrimitives.ReadDoubleLittleEndian(source), BinaryPrimitives.ReadInt64LittleEndian(source[8..]));
        _state = ItemState.Decode(source[16..]);
    }

    private protected override void WriteState(IBufferWriter<byte> to)
    {
        var count = to.GetSpan(16);
        BinaryPrimitives.WriteDoubleLittleEndian(count, _count.Value);
        BinaryPrimitives.WriteInt64LittleEndian(count[8..], _count.Time);
        to.Advance(16);
        _state.Encode(to);
    }

    private protected override void ApplyRecord(in EventRecord record, EventContext context)
    {
        var notice = ItemNotice.Decode(Key, record.Value.Span, Services.Catalogue);
        // A visitor judges by the time that its producer gave the record; this record is a silo's. What is ahead would never expire.
        if (notice.Items.Count > 0 && notice.Time > record.Timestamp + MaxAhead)
            throw new EventRefusedException("its session is in the future: the producer of the interactions sets records' times wrong");
        if (IsExpiryDue(record, out var before)) _state.Expire(before);
        if (!_state.Apply(notice) || !HasTaken(notice)) return;
        _count = _count.Plus(new(1, notice.Time), Services.Settings.TrendingHalfLife);
        context.Send(Services.Settings.CountsTopic, Shards.Of(Services.Settings, Key), Notices.ToArray(new TrendingNotice(Key, _count)));
    }

    /// <summary>A session's newest item is the one that it has just taken up; the others hear of it.</summary>
    private bool HasTaken(in ItemNotice notice) => notice.Items.Count > 0 && notice.Items[^1] == Key;

    ValueTask<SessionsOfItem> IItemSessions.GetAsync() => new(new SessionsOfItem(_state.Sessions()));

    public ValueTask<IReadOnlyList<RecommendedItem>> SimilarAsync(int count)
    {
        CheckCount(count);
        var settings = Services.Settings;
        var similar = _state.Sessions()
            .Neighbours(Time.GetUtcNow().ToUnixTimeMilliseconds(), settings.CoOccurrenceHalfLife, int.MaxValue)
            .Where(item => Services.Catalogue.Find(item.Item)?.Available ?? !settings.OnlyCatalogued)
            .Take(count)
            .Select(item => new RecommendedItem(item.Item, item.Score, MethodNames.ItemToItem, $"seen with {Key}"));
        return new(similar.ToArray());
    }

    public ValueTask<int> CountKnownAsync(IReadOnlyList<string> sessions) => new(sessions.Count(session =>
        UInt128.TryParse(session, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            ? _state.Knows(new SessionKey(value))
            : throw new ArgumentException($"'{session}' names no session: expected 32 hexadecimal digits.", nameof(sessions))));
}
