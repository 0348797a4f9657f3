using Rules.Codec;
using Rules.Engine;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// Sessions: samples belong to one when each is at most the gap after the one before. The value is that of the newest
/// session. Older ones are kept only while a late sample could still join them to a newer one: until the watermark is
/// past their end and the gap, and at most <see cref="Most"/> together. A late sample joins two sessions by merging
/// them.
/// </summary>
internal sealed class SessionWindow<T>(AggregateSpec spec) : Aggregate
    where T : struct, IAccumulator<T>
{
    public const int Most = 8;

    private readonly AggregateSpec _spec = spec;
    private readonly long _gap = spec.Window.Size;
    private Session[] _sessions = [];
    private int _count;
    private double _value;
    private bool _isValue;

    public override int MaxBytes => 1 + Most * (8 + 8 + T.MaxBytes);

    public override double Value(RuleClock clock)
    {
        if (_isValue)
            return _value;
        _isValue = true;
        return _value = Finite(_count == 0 ? default(T).Result(_spec) : _sessions[_count - 1].Value.Result(_spec));
    }

    public override void Write(ref ByteWriter writer)
    {
        writer.Byte((byte)_count);
        foreach (ref var session in _sessions.AsSpan(0, _count))
        {
            writer.Signed(session.Start);
            writer.Unsigned((ulong)(session.End - session.Start));
            session.Value.Write(ref writer);
        }
    }

    public override void Read(ref ByteReader reader)
    {
        (_count, _isValue) = (0, false);
        var count = reader.Byte();
        if (count > Most)
            throw new InvalidDataException($"{count} sessions where at most {Most} are kept.");
        for (var i = 0; i < count; i++)
        {
            var start = StateReader.Time(ref reader);
            var end = StateReader.TimeAfter(ref reader, start);
            if (i > 0 && _sessions[i - 1].End + _gap >= start)
                throw new InvalidDataException($"Session {i} does not begin more than the gap after the one before.");
            Open(i, start, end).Value.Read(ref reader);
        }
    }

    protected override bool Insert(in Sample sample, RuleClock clock)
    {
        while (_count > 1 && _sessions[0].End + _gap < clock.Watermark)
            RemoveAt(0);
        var at = 0;
        while (at < _count && _sessions[at].End + _gap < sample.Time)
            at++;
        if (at < _count && _sessions[at].Start - _gap <= sample.Time)
        {
            Join(at, sample);
        }
        else
        {
            if (at < _count && sample.Time + _gap < clock.Watermark)
                return false;
            if (_count == Most && at-- == 0)
                return false;
            if (_count == Most)
                RemoveAt(0);
            Open(at, sample.Time, sample.Time).Value.Add(sample);
        }

        _isValue = false;
        return true;
    }

    private void Join(int at, in Sample sample)
    {
        ref var session = ref _sessions[at];
        session.Value.Add(sample);
        session.Start = Math.Min(session.Start, sample.Time);
        session.End = Math.Max(session.End, sample.Time);
        if (at + 1 == _count || _sessions[at + 1].Start - _gap > session.End)
            return;
        session.Value.Merge(_sessions[at + 1].Value);
        session.End = _sessions[at + 1].End;
        RemoveAt(at + 1);
    }

    private ref Session Open(int at, long start, long end)
    {
        if (_count == _sessions.Length)
            Array.Resize(ref _sessions, Math.Min(Most, Math.Max(1, _count * 2)));
        Move(_count++, at);
        ref var session = ref _sessions[at];
        (session.Start, session.End) = (start, end);
        session.Value.Clear();
        return ref session;
    }

    private void RemoveAt(int at) => Move(at, --_count);

    /// <summary>Whole: no two slots may own one array.</summary>
    private void Move(int from, int to)
    {
        var moved = _sessions[from];
        var step = Math.Sign(to - from);
        for (var i = from; i != to; i += step)
            _sessions[i] = _sessions[i + step];
        _sessions[to] = moved;
    }

    private struct Session
    {
        public long Start;
        public long End;
        public T Value;
    }
}
