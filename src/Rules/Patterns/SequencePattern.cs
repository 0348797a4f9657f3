using Rules.Codec;
using Rules.Engine;
using Rules.Language;

namespace Rules.Patterns;

/// <summary>
/// Finds a sequence of steps in the events of one entity. Its definition:
/// <list type="number">
/// <item>A match is a series of events, in the order of their arrival and with times that do not decrease: as many as <c>times</c> says for
/// the first step, then for the second, and so on, each with its step's condition true. Its last event is at most <c>within</c> after its first
/// (inclusive).</item>
/// <item>A partial match takes the next event for which the step that it is at holds, always; others are passed over. An event moves each
/// partial match by at most one place, and starts one if the first step holds.</item>
/// <item>A negated step ends the partial matches that have all events of the step before it and none of the step after it. An event for
/// which the step after it holds as well is taken as that step: it is not between.</item>
/// <item>An event is late for a step if it is older than the newest event that has brought a partial match to that step, or on within it,
/// since the step last had none. It leaves those that are at the step as they are, and if it is late for the first step it starts none.
/// The same event may still move matches at other steps.</item>
/// <item>A completed match drops all partial matches (skip past the last event): the next one begins with a later arrival. So an event is in at most one
/// match.</item>
/// <item>A partial match ends when the watermark has passed its first event by more than <c>within</c>, or when it has all events of a
/// step and the last of them is later than that.</item>
/// </list>
/// Of partial matches that have got equally far only the one with the latest first event is kept: it can do all that the others can, for
/// longer. So nothing is ever dropped for want of room: there are as many places as events in a match (at most
/// <see cref="PatternPlan.MaxEvents"/>), and an event costs O(steps), not O(places), for all matches at a step move together.
/// </summary>
internal sealed class SequencePattern : IKept
{
    private const long None = long.MinValue;

    private readonly PatternPlan _plan;
    private readonly Stage[] _stages;

    /// <summary>
    /// Times of the first events of partial matches. Each stage has a ring of <c>times</c> places: how many of its events a match has.
    /// </summary>
    private readonly long[] _starts;

    /// <summary>No partial match ends before the watermark has passed this: a lower bound, so it is not part of the state.</summary>
    private long _nextEnd = long.MaxValue;

    /// <exception cref="ArgumentException">See <see cref="PatternPlan.Problem"/>.</exception>
    public SequencePattern(PatternSpec spec)
        : this(new PatternPlan(spec))
    {
    }

    public SequencePattern(PatternPlan plan)
    {
        _plan = plan;
        _stages = new Stage[plan.Stages.Length];
        _starts = new long[plan.Places];
        Clear();
    }

    /// <summary>Whether the event observed last was late for a step at which it would have changed something.</summary>
    public bool WasLate { get; private set; }

    /// <summary>The most bytes that <see cref="Write"/> writes.</summary>
    public int MaxBytes => _stages.Length * 12 + _starts.Length * 12;

    /// <param name="time">Of the event, milliseconds since the Unix epoch.</param>
    /// <param name="holds">Bit i: step i's condition is true for it (not: false or missing).</param>
    /// <returns>Whether the event completes a match.</returns>
    public bool Observe(long time, ulong holds, RuleClock clock)
    {
        WasLate = false;
        if (clock.Watermark > _nextEnd)
            End(clock.Watermark);
        if ((holds & _plan.Relevant) == 0)
            return false;
        // Backwards, so that what moves into a stage is not moved on by the same event.
        for (var i = _stages.Length - 1; i >= 0; i--)
        {
            ref readonly var step = ref _plan.Stages.ItemRef(i);
            if ((holds & step.Bit) != 0)
            {
                if (Take(i, step, time))
                    return true;
            }
            else if ((holds & step.Guard) != 0)
                Refute(i, step, time);
        }

        return false;
    }

    public void Write(ref ByteWriter writer)
    {
        for (var i = 0; i < _stages.Length; i++)
        {
            ref readonly var step = ref _plan.Stages.ItemRef(i);
            ref readonly var stage = ref _stages[i];
            writer.Unsigned((ulong)stage.Count);
            if (stage.Count == 0)
                continue;
            writer.Signed(stage.Newest);
            for (var place = 0; place < step.Times; place++)
                if (_starts[Index(step, stage, place)] is var start and not None)
                {
                    writer.Unsigned((ulong)place);
                    writer.Signed(stage.Newest - start);
                }
        }
    }

    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Write"/> wrote.</exception>
    public void Read(ref ByteReader reader)
    {
        Clear();
        for (var i = 0; i < _stages.Length; i++)
        {
            ref readonly var step = ref _plan.Stages.ItemRef(i);
            ref var stage = ref _stages[i];
            stage.Count = reader.Length(2);
            if (stage.Count == 0)
                continue;
            stage.Newest = reader.Signed();
            var least = 0UL;
            for (var n = 0; n < stage.Count; n++)
            {
                var place = reader.Unsigned();
                var start = stage.Newest - reader.Signed();
                if (place < least || place >= (ulong)step.Times || start == None)
                    throw new InvalidDataException($"A pattern's state has place {place} before byte {reader.Position}.");
                least = place + 1;
                _starts[step.First + (int)place] = start;
                _nextEnd = Math.Min(_nextEnd, EndOf(start));
            }
        }
    }

    /// <summary>The stage's condition holds: all matches there take the event.</summary>
    private bool Take(int index, in PatternStage step, long time)
    {
        ref var stage = ref _stages[index];
        if (stage.Count == 0 && index > 0)
            return false;
        if (stage.Count > 0 && time < stage.Newest)
        {
            WasLate = true;
            return false;
        }

        if (index == 0)
            Put(ref stage, step, time, time);
        stage.Newest = time;
        // The ring turns by one: what was n events far is n + 1; the last place falls out and becomes the first, empty.
        stage.Head = stage.Head == 0 ? step.Times - 1 : stage.Head - 1;
        ref var last = ref _starts[step.First + stage.Head];
        var start = last;
        if (start == None)
            return false;
        last = None;
        stage.Count--;
        if (time > EndOf(start))
            return false;
        if (index == _stages.Length - 1)
        {
            Clear();
            return true;
        }

        Put(ref _stages[index + 1], _plan.Stages.ItemRef(index + 1), start, time);
        return false;
    }

    /// <summary>A negated step holds: it ends the match that has yet no event of this stage.</summary>
    private void Refute(int index, in PatternStage step, long time)
    {
        ref var stage = ref _stages[index];
        ref var waiting = ref _starts[Index(step, stage, 0)];
        if (waiting == None)
            return;
        if (time < stage.Newest)
        {
            WasLate = true;
            return;
        }

        waiting = None;
        stage.Count--;
    }

    /// <summary>A match comes to a stage, of whose events it has none yet.</summary>
    private void Put(ref Stage stage, in PatternStage step, long start, long time)
    {
        stage.Newest = stage.Count == 0 ? time : Math.Max(stage.Newest, time);
        ref var waiting = ref _starts[Index(step, stage, 0)];
        if (waiting == None)
            stage.Count++;
        waiting = Math.Max(waiting, Math.Max(start, None + 1));
        _nextEnd = Math.Min(_nextEnd, EndOf(waiting));
    }

    /// <summary>Removes the matches that end before the watermark.</summary>
    private void End(long watermark)
    {
        _nextEnd = long.MaxValue;
        for (var i = 0; i < _stages.Length; i++)
        {
            ref readonly var step = ref _plan.Stages.ItemRef(i);
            foreach (ref var start in _starts.AsSpan(step.First, step.Times))
                if (start != None && EndOf(start) < watermark)
                {
                    start = None;
                    _stages[i].Count--;
                }
                else if (start != None)
                    _nextEnd = Math.Min(_nextEnd, EndOf(start));
        }
    }

    private void Clear()
    {
        Array.Fill(_starts, None);
        Array.Clear(_stages);
        _nextEnd = long.MaxValue;
    }

    private long EndOf(long start) => start > long.MaxValue - _plan.Within ? long.MaxValue : start + _plan.Within;

    private static int Index(in PatternStage step, in Stage stage, int place)
    {
        var index = stage.Head + place;
        return step.First + (index < step.Times ? index : index - step.Times);
    }

    private struct Stage
    {
        /// <summary>Where the ring's place 0 is: that of a match with none of the stage's events.</summary>
        public int Head;

        /// <summary>How many matches are at the stage.</summary>
        public int Count;

        /// <summary>The largest time of an event that has brought a match here or on, since there was none.</summary>
        public long Newest;
    }
}
