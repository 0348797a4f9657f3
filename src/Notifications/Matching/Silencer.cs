using System.Collections.Immutable;

namespace Notifications.Matching;

/// <summary>The silences that are set. Any thread may call it.</summary>
internal sealed class Silencer(TimeProvider time)
{
    private ImmutableArray<Silence> _silences = [];

    public int Count => _silences.Length;

    /// <summary>Replaces all; those that are over are dropped.</summary>
    /// <exception cref="ArgumentException">A silence has no matchers, and would mute everything.</exception>
    public void Set(IReadOnlyList<Silence> silences)
    {
        if (silences.FirstOrDefault(s => s.Matchers.Count == 0) is { } wrong)
            throw new ArgumentException($"silence '{wrong.Id}' has no matchers", nameof(silences));
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        ImmutableInterlocked.InterlockedExchange(ref _silences, [.. silences.Where(s => s.Until > now)]);
    }

    public bool Mutes(Labels labels, long now)
    {
        foreach (var silence in _silences)
            if (silence.From <= now && now < silence.Until && Matcher.AllMatch(silence.Matchers, labels))
                return true;
        return false;
    }
}
