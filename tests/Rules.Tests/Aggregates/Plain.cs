using System.Numerics;
using Rules.Aggregates;
using Rules.Engine;
using Rules.Language;

namespace Rules.Tests.Aggregates;

/// <summary>The value of an aggregate, worked out anew from all samples by the definitions alone.</summary>
internal sealed class Plain(AggregateSpec spec)
{
    private readonly List<Sample> _samples = [];

    private WindowSpec Window => spec.Window;

    /// <returns>Whether the sample is taken.</returns>
    public bool Add(Sample sample, RuleClock clock)
    {
        var isTaken = Window.Shape switch
        {
            WindowShape.LastN => _samples.Count < Window.Count
                || _samples.Count(s => s.Time > sample.Time) < Window.Count,
            WindowShape.None => _samples.Count == 0 || _samples.Max(s => s.Time) - sample.Time <= 60 * Window.Size,
            WindowShape.Session => IsOfSession(sample, clock),
            _ => PaneOf(sample.Time) >= LastPane(clock) - PanesBefore,
        };
        if (isTaken)
            _samples.Add(sample);
        return isTaken;
    }

    /// <param name="tolerance">How far off a value may be.</param>
    public double Value(RuleClock clock, out double tolerance)
    {
        tolerance = 0;
        if (Window.Shape is WindowShape.Tumbling or WindowShape.Hopping
            && (_samples.Count == 0 || LastPane(clock) < _samples.Min(s => PaneOf(s.Time))))
            return double.NaN;
        var sets = Sets(clock);
        var all = sets.SelectMany(set => set.OrderBy(s => s.Time)).ToList();
        return PlainFunctions.Of(spec, all, sets, out tolerance);
    }

    /// <summary>The samples of the window, in the order of arrival, by pane.</summary>
    private List<List<Sample>> Sets(RuleClock clock)
    {
        switch (Window.Shape)
        {
            case WindowShape.None:
                return [_samples];
            case WindowShape.Session:
                return _samples.Count == 0 ? [] : [.. Sessions().TakeLast(1)];
            case WindowShape.LastN:
                return [.. _samples.OrderBy(s => s.Time).TakeLast(Window.Count).Select(s => new List<Sample> { s })];
            default:
                var last = LastPane(clock);
                return [.. from sample in _samples
                           let pane = PaneOf(sample.Time)
                           where pane <= last && pane >= last - PanesBefore
                           group sample by pane into panes
                           orderby panes.Key
                           select panes.ToList()];
        }
    }

    private (BigInteger Panes, BigInteger Length) Width => Window.Shape switch
    {
        WindowShape.Tumbling => (1, Window.Size),
        WindowShape.Hopping => (1, Window.Step),
        _ when Window.Offset > 24 * Window.Size => (1440, Window.Offset),
        _ => (60, Window.Size),
    };

    private long PanesBefore => Window.Shape switch
    {
        WindowShape.Tumbling => 0,
        WindowShape.Hopping => Window.Size / Window.Step - 1,
        _ => -Floor(-Window.Size * Width.Panes, Width.Length),
    };

    private long PaneOf(long time) => Floor(time * Width.Panes, Width.Length);

    private long LastPane(RuleClock clock) => Window.Shape == WindowShape.Sliding
        ? PaneOf(clock.Now - Window.Offset)
        : PaneOf(Math.Max(clock.Watermark, -Aggregate.FarthestTime) - Window.Offset) - 1;

    private static long Floor(BigInteger a, BigInteger b) => (long)((a - ((a % b) + b) % b) / b);

    private List<List<Sample>> Sessions()
    {
        var sessions = new List<List<Sample>>();
        foreach (var sample in _samples.OrderBy(s => s.Time))
        {
            if (sessions.Count == 0 || sample.Time - sessions[^1][^1].Time > Window.Size)
                sessions.Add([]);
            sessions[^1].Add(sample);
        }

        return sessions;
    }

    /// <summary>Forgets the sessions that nothing can join any more, and says whether the sample can.</summary>
    private bool IsOfSession(Sample sample, RuleClock clock)
    {
        var sessions = Sessions();
        foreach (var session in sessions.SkipLast(1))
            if (session[^1].Time + Window.Size < clock.Watermark)
                Forget(session);
        if (_samples.Any(s => Math.Abs(s.Time - sample.Time) <= Window.Size))
            return true;
        if (_samples.Any(s => s.Time > sample.Time) && sample.Time + Window.Size < clock.Watermark)
            return false;
        sessions = Sessions();
        if (sessions.Count < SessionWindow<CountAccumulator>.Most)
            return true;
        if (sample.Time < sessions[0][0].Time)
            return false;
        Forget(sessions[0]);
        return true;
    }

    private void Forget(List<Sample> session) =>
        _samples.RemoveAll(s => s.Time >= session[0].Time && s.Time <= session[^1].Time);
}
