using Grains.Fields;

namespace Grains.Kinds;

/// <summary>Whether time matters to the rules of a kind, version by version: where it does not, nobody looks for it.</summary>
internal sealed class VersionedTimers(string kind, KindOptions options, RuleVersions rules)
{
    private readonly EventTimeFinder _finder = new(options);
    private volatile Answer _last = new(-1, false);

    public bool AreIn(long version)
    {
        var last = _last;
        if (last.Version == version) return last.HasTimers;
        var hasTimers = rules.TryGet(version, out var kinds) && kinds.TryGet(kind, out var found) && found.Rules.HasTimers;
        _last = new(version, hasTimers);
        return hasTimers;
    }

    /// <summary>When the event of a record happened, ms since the Unix epoch; 0: not known, or it does not matter.</summary>
    public long EventTime(ReadOnlyMemory<byte> value, long timestamp, long version) =>
        AreIn(version) ? _finder.Find(value, timestamp) : 0;

    private sealed record Answer(long Version, bool HasTimers);
}
