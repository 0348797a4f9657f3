using Rules.Language;

namespace Rules.Tests.Patterns;

internal readonly record struct PatternEvent(long Time, ulong Holds, long Watermark);

/// <summary>
/// For streams in order only: an event completes a match if, from some event after the last match, the walk that takes every next event that
/// fits ends there. Nothing is kept between events but the whole stream.
/// </summary>
internal sealed class WalkMatcher(PatternSpec spec)
{
    private readonly List<PatternEvent> _events = [];
    private int _free;

    public bool Observe(PatternEvent e)
    {
        _events.Add(e);
        for (var from = _free; from < _events.Count; from++)
            if (WalkEndsAtLast(from))
            {
                _free = _events.Count;
                return true;
            }

        return false;
    }

    private bool WalkEndsAtLast(int from)
    {
        var at = from;
        var isFirst = true;
        for (var step = 0; step < spec.Steps.Length; step++)
        {
            var guard = 0UL;
            for (; spec.Steps[step].IsNegated; step++)
                guard |= 1UL << step;
            for (var n = 0; n < spec.Steps[step].Times; n++, at++, isFirst = false, guard = 0)
            {
                for (; at < _events.Count && (_events[at].Holds & 1UL << step) == 0; at++)
                    if (isFirst || (_events[at].Holds & guard) != 0)
                        return false;
                if (at == _events.Count)
                    return false;
            }
        }

        return at == _events.Count && _events[^1].Time - _events[from].Time <= spec.Within;
    }
}

/// <summary>Keeps every partial match by itself, and does what the definition says, item by item.</summary>
internal sealed class ListMatcher(PatternSpec spec)
{
    private readonly long?[] _newest = new long?[spec.Steps.Length];
    private List<Partial> _partials = [];

    private sealed record Partial(long Start, int Step, int Count);

    public bool WasLate { get; private set; }

    public bool Observe(PatternEvent e)
    {
        WasLate = false;
        Keep(_partials.Where(p => p.Start + spec.Within >= e.Watermark));
        var after = new List<Partial>();
        var arrived = new List<int>();
        foreach (var partial in _partials.Append(new Partial(e.Time, 0, 0)))
        {
            var isNew = partial.Step == 0 && partial.Count == 0;
            var (takes, ends) = (Holds(e, partial.Step), partial.Count == 0 && Guards(partial.Step).Any(g => Holds(e, g)));
            if ((takes || ends) && e.Time < _newest[partial.Step])
            {
                WasLate = true;
                if (!isNew)
                    after.Add(partial);
            }
            else if (takes && Moved(partial) is var moved)
            {
                if (moved.Step != partial.Step && e.Time - moved.Start > spec.Within)
                    continue;
                if (moved.Step == spec.Steps.Length)
                {
                    Keep([]);
                    return true;
                }

                after.Add(moved);
                arrived.Add(moved.Step);
            }
            else if (!ends && !isNew)
                after.Add(partial);
        }

        foreach (var step in arrived)
            _newest[step] = Math.Max(_newest[step] ?? e.Time, e.Time);
        Keep(after);
        return false;
    }

    private void Keep(IEnumerable<Partial> partials)
    {
        _partials = partials.Distinct().ToList();
        for (var step = 0; step < _newest.Length; step++)
            if (!_partials.Exists(p => p.Step == step))
                _newest[step] = null;
    }

    private Partial Moved(Partial partial)
    {
        if (partial.Count + 1 < spec.Steps[partial.Step].Times)
            return partial with { Count = partial.Count + 1 };
        var next = partial.Step + 1;
        while (next < spec.Steps.Length && spec.Steps[next].IsNegated)
            next++;
        return new Partial(partial.Start, next, 0);
    }

    private IEnumerable<int> Guards(int step)
    {
        for (var i = step - 1; i >= 0 && spec.Steps[i].IsNegated; i--)
            yield return i;
    }

    private static bool Holds(PatternEvent e, int step) => (e.Holds & 1UL << step) != 0;
}
