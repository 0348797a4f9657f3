using Checkpointing;

namespace Grains.Timers;

/// <summary>
/// The timers of a lane's entities that are due within a minute; later ones are in the entities' rows, where
/// <see cref="TimerScan"/> finds them in time. Not safe for concurrent use.
/// </summary>
internal sealed class LaneTimers
{
    /// <summary>How far ahead timers are held, milliseconds.</summary>
    public const long Ahead = 60_000;

    private readonly DueQueue _eventTime = new();
    private readonly DueQueue _wallClock = new();

    public bool IsEmpty => _eventTime.IsEmpty && _wallClock.IsEmpty;

    /// <summary>Takes over what a scan has found.</summary>
    public void Add(ReadOnlyMemory<byte> key, DueTimes due)
    {
        if (due.EventTime != DueTimes.Never) _eventTime.Set(key, due.EventTime);
        if (due.WallClock != DueTimes.Never) _wallClock.Set(key, due.WallClock);
    }

    /// <summary>Sets when an entity's next timers are due, in place of what was known.</summary>
    public void Set(ReadOnlyMemory<byte> key, DueTimes due, DueTimes now)
    {
        _eventTime.Set(key, Near(due.EventTime, now.EventTime));
        _wallClock.Set(key, Near(due.WallClock, now.WallClock));
    }

    /// <summary>Takes an entity that has a timer due by then; it is known again when it is set again.</summary>
    public bool TryTake(DueTimes until, out ReadOnlyMemory<byte> key) =>
        _eventTime.TryTake(until.EventTime, out key) || _wallClock.TryTake(until.WallClock, out key);

    private static long Near(long due, long now) => due <= now + Ahead ? due : DueTimes.Never;
}
