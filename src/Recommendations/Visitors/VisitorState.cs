using Recommendations.Feedback;
using Recommendations.Items;

namespace Recommendations.Visitors;

/// <summary>
/// What a visitor keeps. All that items know of it is remembered here: an item holds one of its sessions only while the
/// session is remembered and has the item among its newest. So <see cref="Forget"/> reaches everything.
/// </summary>
public sealed partial class VisitorState(string visitor)
{
    private const long Minute = 60_000;
    private static readonly int Refusals = Enum.GetValues<Refusal>().Length;

    private readonly List<VisitorSession> _sessions = []; // by newest interaction, then key; oldest first
    private readonly List<RecentItem> _recent = []; // oldest first
    private readonly Dictionary<string, long> _purchases = new(StringComparer.Ordinal);
    private readonly long[] _refused = new long[Refusals];
    private long _minute = long.MinValue;
    private int _inMinute;

    public string Visitor { get; } = visitor;

    /// <summary>Oldest first, each item once.</summary>
    public IReadOnlyList<RecentItem> Recent => _recent;

    /// <summary>When each item was last bought, Unix milliseconds.</summary>
    public IReadOnlyDictionary<string, long> Purchases => _purchases;

    /// <summary>What it was shown, and clicked.</summary>
    public Impressions Impressions { get; private set; } = new();

    /// <summary>The keys of the sessions that are remembered, the newest last.</summary>
    public IEnumerable<SessionKey> Sessions => _sessions.Select(session => session.Key);

    /// <summary>How many interactions were not taken or not told to items, for that reason.</summary>
    public long Refused(Refusal reason) => _refused[(int)reason];

    /// <summary>
    /// What the visitor is doing: the items of its newest session, or of the one named. Empty if there is none.
    /// </summary>
    public VisitorContext Context(string? session = null)
    {
        var key = session is null ? default(SessionKey?) : SessionKey.Named(Visitor, session);
        var found = _sessions.FindLast(known => key is null || known.Key == key);
        return found is null ? new(key ?? default, []) : new(found.Key, [.. found.Items]);
    }

    /// <summary>Takes an interaction and says what its session's items must learn.</summary>
    /// <param name="arrived">
    /// The time by which ahead and too old are judged, Unix milliseconds: the record's, so a replay gives the same.
    /// </param>
    public VisitorOutcome Apply(in Interaction interaction, long arrived, VisitorOptions options)
    {
        var refusal = Judge(interaction, arrived, options);
        if (refusal != Refusal.None)
        {
            _refused[(int)refusal]++;
            return new(refusal, null, false, []);
        }

        Remember(interaction, options);
        var notices = new List<ItemNotice>();
        var session = SessionOf(interaction, options);
        var (isNew, left) = session.Add(interaction);
        if (session.Version > options.MaxSessionInteractions)
        {
            refusal = Refusal.SessionLength;
            _refused[(int)refusal]++;
            if (session.Version == options.MaxSessionInteractions + 1)
                session.TellForgotten(notices);
            if (left is not null && session.Version == options.MaxSessionInteractions + 1)
                notices.Add(new(left, session.Key, session.Last, ItemNotice.Forgotten, []));
        }
        else if (isNew)
        {
            session.Tell(notices);
            if (left is not null)
                notices.Add(new(left, session.Key, session.Last, session.Version, []));
        }

        Place(session);
        if (_sessions.Count > options.MaxSessions)
            Drop(0, notices, options);
        return new(refusal, session.Key, isNew, notices);
    }

    /// <summary>Empties the state, the counters too. The notices make the items forget its sessions for good.</summary>
    public IReadOnlyList<ItemNotice> Forget()
    {
        var notices = new List<ItemNotice>();
        foreach (var session in _sessions)
            session.TellForgotten(notices);
        _sessions.Clear();
        _recent.Clear();
        _purchases.Clear();
        Array.Clear(_refused);
        Impressions.Clear();
        (_minute, _inMinute) = (long.MinValue, 0);
        return notices;
    }

    /// <summary>
    /// Drops what was before that time (Unix milliseconds). Items are not told: they drop the same sessions by the same
    /// age.
    /// </summary>
    public void Expire(long before)
    {
        _sessions.RemoveAll(session => session.Last < before);
        _recent.RemoveAll(item => item.Last < before);
        Impressions.Expire(before);
        foreach (var (item, time) in _purchases)
        {
            if (time < before)
                _purchases.Remove(item);
        }
    }

    private Refusal Judge(in Interaction interaction, long arrived, VisitorOptions options)
    {
        if (string.IsNullOrEmpty(interaction.Item) || interaction.Item.Length > Interaction.MaxIdLength)
            return Refusal.Item;
        if (interaction.Time > arrived + (long)options.MaxAhead.TotalMilliseconds)
            return Refusal.Ahead;
        if (interaction.Time < arrived - (long)options.Retention.TotalMilliseconds)
            return Refusal.TooOld;
        if (interaction.Time / Minute > _minute)
            (_minute, _inMinute) = (interaction.Time / Minute, 0);
        return ++_inMinute > options.MaxInteractionsPerMinute ? Refusal.Rate : Refusal.None;
    }

    private void Remember(in Interaction interaction, VisitorOptions options)
    {
        var (item, kind, time, _) = interaction;
        var at = _recent.Count - 1;
        while (at >= 0 && _recent[at].Item != item)
            at--;
        var recent = new RecentItem(item, time, 1, kind);
        if (at >= 0)
        {
            var known = _recent[at];
            recent = new(
                item, Math.Max(known.Last, time), known.Count + 1, (InteractionKind)Math.Max((byte)known.Strongest, (byte)kind));
            _recent.RemoveAt(at);
        }

        var to = _recent.Count;
        while (to > 0 && _recent[to - 1].Last > recent.Last)
            to--;
        _recent.Insert(to, recent);
        if (_recent.Count > options.MaxRecentItems)
            _recent.RemoveAt(0);
        if (kind != InteractionKind.Purchase)
            return;
        _purchases[item] = Math.Max(time, _purchases.GetValueOrDefault(item, time));
        if (_purchases.Count > options.MaxPurchases)
            _purchases.Remove(_purchases.MinBy(static bought => (bought.Value, bought.Key)).Key);
    }

    /// <summary>Takes the interaction's session out of the list, or begins it.</summary>
    private VisitorSession SessionOf(Interaction interaction, VisitorOptions options)
    {
        var named = interaction.Session is not null;
        var key = named
            ? SessionKey.Named(Visitor, interaction.Session!)
            : SessionKey.Begun(Visitor, interaction.Time);
        var gap = (long)options.SessionGap.TotalMilliseconds;
        var at = _sessions.Count - 1;
        while (at >= 0 && !(named ? _sessions[at].Key == key : _sessions[at].Reaches(interaction.Time, gap)))
            at--;
        if (at < 0)
            return new(key, named, interaction.Time);
        var known = _sessions[at];
        _sessions.RemoveAt(at);
        return known;
    }

    private void Place(VisitorSession session)
    {
        var at = _sessions.Count;
        while (at > 0 && (_sessions[at - 1].Last, _sessions[at - 1].Key).CompareTo((session.Last, session.Key)) > 0)
            at--;
        _sessions.Insert(at, session);
    }

    private void Drop(int at, List<ItemNotice> notices, VisitorOptions options)
    {
        var session = _sessions[at];
        _sessions.RemoveAt(at);
        notices.RemoveAll(notice => notice.Session == session.Key); // it came late and is the oldest: it was never told
        if (session.Version <= options.MaxSessionInteractions)
            session.TellForgotten(notices);
    }
}

/// <summary>A session as recommendations see it.</summary>
/// <param name="Items">Distinct, oldest first.</param>
public sealed record VisitorContext(SessionKey Session, IReadOnlyList<SessionItem> Items);
