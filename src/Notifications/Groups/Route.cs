using System.Collections.Immutable;
using Notifications.Matching;

namespace Notifications.Groups;

/// <summary>A node of the routing tree, with what it inherits. Times are milliseconds.</summary>
internal sealed record Route
{
    /// <summary>The matchers from the root on: <c>{}/{severity="critical"}</c>.</summary>
    public required string Path { get; init; }

    public required string Receiver { get; init; }

    public ImmutableArray<Matcher> Matchers { get; init; } = [];

    /// <summary>The labels that make a group; null: all, so each alert is a group.</summary>
    public ImmutableArray<string>? GroupBy { get; init; } = [];

    /// <summary>How long a new group waits for more alerts.</summary>
    public long GroupWait { get; init; } = 30_000;

    /// <summary>How long after a notification a group waits to tell of what has changed.</summary>
    public long GroupInterval { get; init; } = 5 * 60_000;

    /// <summary>How long after a notification it is repeated when nothing has changed.</summary>
    public long RepeatInterval { get; init; } = 4 * 3_600_000;

    /// <summary>Whether the siblings after it are tried too.</summary>
    public bool Continue { get; init; }

    public ImmutableArray<TimeInterval> MuteTimes { get; init; } = [];

    /// <summary>Empty: always.</summary>
    public ImmutableArray<TimeInterval> ActiveTimes { get; init; } = [];

    public ImmutableArray<Route> Routes { get; init; } = [];

    /// <summary>The deepest routes that match; itself if it matches and none of its routes does.</summary>
    public IEnumerable<Route> Match(Labels labels)
    {
        if (!Matcher.AllMatch(Matchers, labels))
            return [];
        var matches = new List<Route>();
        foreach (var route in Routes)
        {
            var before = matches.Count;
            matches.AddRange(route.Match(labels));
            if (matches.Count > before && !route.Continue)
                break;
        }

        return matches.Count == 0 ? [this] : matches;
    }

    /// <summary>The labels of the group that an alert belongs to.</summary>
    public Labels GroupLabels(Labels labels) =>
        GroupBy is { } names ? labels.RemoveRange(labels.Keys.Where(name => !names.Contains(name))) : labels;

    public bool IsMuted(long now)
    {
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(now);
        return MuteTimes.Any(t => t.Contains(moment))
            || (!ActiveTimes.IsEmpty && !ActiveTimes.Any(t => t.Contains(moment)));
    }

    /// <summary>It and all below it.</summary>
    public IEnumerable<Route> All() => Routes.SelectMany(r => r.All()).Prepend(this);
}
