using System.Buffers;
using System.Text;
using Checkpointing;
using Grains.Entities;
using Grains.Interfaces;
using Recommendations;
using Recommendations.Feedback;
using Recommendations.Visitors;

namespace Grains.Recommending;

/// <summary>A visitor: takes its interactions and tells its session's items of them.</summary>
[GrainType("visitor")]
public sealed partial class VisitorGrain : RecommendingGrain, IVisitorGrain
{
    private VisitorState _state = null!;
    private ulong _source; // of its feedback

    private protected override string StateType => "visitor/1";

    private protected override void ReadState(ReadOnlySpan<byte> source, string stateType)
    {
        _state = source.IsEmpty ? new(Key) : VisitorState.Decode(source);
        _source = FeedbackNotice.SourceOf(Key);
    }

    private protected override void WriteState(IBufferWriter<byte> to) => _state.Encode(to);

    private protected override void ApplyRecord(in EventRecord record, EventContext context)
    {
        var interaction = Services.Interactions.Decode(record);
        if (IsExpiryDue(record, out var before)) _state.Expire(before);
        var outcome = _state.Apply(interaction, record.Timestamp, Services.Settings.Visitors);
        Services.Metrics.Taken(outcome.Refusal);
        // What comes too often is counted only: dead letters would double it.
        if (outcome.Refusal is Refusal.Item or Refusal.Ahead or Refusal.TooOld) throw new EventRefusedException(Reason(outcome.Refusal));
        if (outcome.Refusal == Refusal.None) CountClick(interaction, record, context);
        byte[] told = [];
        for (var i = 0; i < outcome.Notices.Count; i++)
        {
            var notice = outcome.Notices[i];
            if (i == 0 || !notice.Tells(outcome.Notices[i - 1])) told = Notices.ToArray(notice);
            context.Send(Services.Settings.NoticesTopic, notice.Item, told);
        }
    }

    /// <summary>
    /// The click leaves when it is durable: applied again after a crash it gives the same notice, which then counts once, and one
    /// whose list was lost with the activation's memory gives none.
    /// </summary>
    private void CountClick(in Interaction interaction, in EventRecord record, EventContext context)
    {
        var clicked = _state.Impressions.Click(
            _source, interaction.Item, interaction.Time, Services.Settings.AttributionWindow, record.Timestamp);
        if (clicked is not null)
            context.Send(Services.Settings.FeedbackTopic, Shards.Of(Services.Settings, Key), Notices.ToArray(clicked), whenDurable: true);
    }

    public ValueTask<VisitorSnapshot> GetAsync()
    {
        lock (Gate) return new(Snapshot());
    }

    private VisitorSnapshot Snapshot() => new()
    {
        Seen = IsSeen,
        Sessions = _state.Sessions.Select(session => session.ToString()).ToArray(),
        Session = _state.Context().Items.Select(item => item.Item).ToArray(),
        Recent = _state.Recent.Select(item => new VisitedItem(
            item.Item, DateTimeOffset.FromUnixTimeMilliseconds(item.Last), item.Count, Name(item.Strongest))).ToArray(),
        Purchases = _state.Purchases.ToDictionary(bought => bought.Key, bought => DateTimeOffset.FromUnixTimeMilliseconds(bought.Value)),
        Refused = Enum.GetValues<Refusal>().Where(reason => _state.Refused(reason) > 0).ToDictionary(Name, _state.Refused),
    };

    async ValueTask<int> IVisitorGrain.ForgetAsync()
    {
        var (id, issued) = CommandContext.Current ?? (Guid.NewGuid().ToString("N"), Time.GetUtcNow());
        var answer = await RunSendingCommandAsync(id, issued, () => new(Forget(id)));
        // The row still holds what the items were told now, to be sent again after a crash: that has to go too.
        await RewriteAsync();
        return BitConverter.ToInt32(answer);
    }

    private (byte[] Answer, IReadOnlyList<Output> Outputs)? Forget(string id)
    {
        var sessions = _state.Sessions.Count();
        DropOutputs(Services.Settings.NoticesTopic); // what is not sent of these, nobody needs: all is forgotten now
        var outputs = _state.Forget().Select((notice, index) => new Output
        {
            Id = $"{Kind.Name}/{Key}|forget|{id}|{index}",
            Topic = Services.Settings.NoticesTopic,
            Key = Encoding.UTF8.GetBytes(notice.Item),
            Value = Notices.ToArray(notice),
        });
        return (BitConverter.GetBytes(sessions), outputs.ToArray());
    }

    private string Reason(Refusal refusal) => refusal switch
    {
        Refusal.Item => "the item's id is empty or too long",
        Refusal.Ahead => $"its time is more than {Services.Settings.Visitors.MaxAhead} ahead of its arrival",
        _ => $"its time is more than {Services.Settings.Visitors.Retention} back",
    };

    private static string Name<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
