using System.Numerics;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// How a sliding, tumbling or hopping window lies over panes: pane p holds the times t with ⌊t × Panes / Length⌋ = p,
/// in milliseconds since the epoch, and a window is whole panes, its last one and <see cref="Before"/> before that.
/// <para>Sliding: a pane is a 60th of the size; but where the offset is over 24 times the size, a 1,440th of the offset
/// (so that what is kept is bounded). The last pane is that of now - offset, and there are as many before it as the
/// size takes, rounded up: 60.</para>
/// <para>Tumbling and hopping: a pane is a step (of a tumbling window: its size). The last pane is the last one that
/// has ended when the watermark - offset is reached.</para>
/// </summary>
internal sealed class PaneLayout
{
    /// <summary>The most panes of a window and its offset together, and the most that wait for the watermark.</summary>
    public const int Most = 1440;

    /// <summary>The most panes that any window keeps.</summary>
    public const int MostOfAny = 2 * Most + Slack + 3;

    public const int PanesOfSize = 60;

    /// <summary>How far the clock of one source partition may stand before another's, in panes.</summary>
    private const int Slack = 60;

    private readonly long _panes;
    private readonly long _length;

    private PaneLayout(AggregateSpec spec, long panes, long length, long lateness)
    {
        var divisor = (long)BigInteger.GreatestCommonDivisor(panes, length);
        (_panes, _length) = (panes / divisor, length / divisor);
        Spec = spec;
        Offset = spec.Window.Offset;
        IsComplete = spec.Window.Shape != WindowShape.Sliding;
        Before = PanesIn(spec.Window.Size) - Lag;
        FarthestPane = Math.Max(PaneOf(2 * Aggregate.FarthestTime), -PaneOf(-2 * Aggregate.FarthestTime));
        var waiting = IsComplete ? (int)Math.Min(Most, lateness / length) + Slack : 0;
        MostKept = Before + 1 + PanesIn(Offset) + 1 + waiting;
    }

    public AggregateSpec Spec { get; }

    public long Offset { get; }

    /// <summary>Whether windows go by the watermark, else by now.</summary>
    public bool IsComplete { get; }

    /// <summary>How many panes of a window are before its last.</summary>
    public int Before { get; }

    /// <summary>
    /// How many panes before that of the clock (less the offset) the window's last one is: a pane must have ended to be
    /// complete.
    /// </summary>
    public int Lag => IsComplete ? 1 : 0;

    /// <summary>The greatest number, of either sign.</summary>
    public long FarthestPane { get; }

    /// <summary>The most panes that are kept.</summary>
    public int MostKept { get; }

    /// <summary>Of a spec without a <see cref="WindowLimits.Problem"/>.</summary>
    /// <param name="lateness">How long before now the watermark may stand, milliseconds.</param>
    public static PaneLayout Of(AggregateSpec spec, long lateness)
    {
        var window = spec.Window;
        if (window.Shape != WindowShape.Sliding)
            return new(spec, 1, WindowLimits.Step(window), lateness);
        return window.Offset <= window.Size * (Most / PanesOfSize)
            ? new(spec, PanesOfSize, window.Size, lateness)
            : new(spec, Most, window.Offset, lateness);
    }

    /// <exception cref="InvalidDataException">There is no such pane.</exception>
    public long Checked(long pane) => pane >= -FarthestPane && pane <= FarthestPane
        ? pane
        : throw new InvalidDataException($"The pane {pane}.");

    /// <summary>The pane of a time.</summary>
    public long PaneOf(long time)
    {
        var scaled = time * _panes;
        var pane = scaled / _length;
        return pane * _length > scaled ? pane - 1 : pane;
    }

    /// <summary>The first millisecond of a pane.</summary>
    public long Start(long pane)
    {
        var scaled = pane * _length;
        var time = scaled / _panes;
        return time * _panes < scaled ? time + 1 : time;
    }

    private int PanesIn(long duration) => (int)((duration * _panes + _length - 1) / _length);
}

/// <summary>The pane that was asked for last, for the next time is mostly in it too.</summary>
internal struct PaneCursor
{
    private long _pane;
    private long _from;
    private long _to;

    public long PaneOf(long time, PaneLayout layout)
    {
        if (time >= _from && time < _to)
            return _pane;
        time = Math.Clamp(time, -2 * Aggregate.FarthestTime, 2 * Aggregate.FarthestTime);
        _pane = layout.PaneOf(time);
        (_from, _to) = (layout.Start(_pane), layout.Start(_pane + 1));
        return _pane;
    }
}
