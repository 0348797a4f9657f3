using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// The first and the last sample by time (of those at one time: the first and the last to arrive), and last minus
/// first.
/// </summary>
internal struct EndsAccumulator : IAccumulator<EndsAccumulator>
{
    public static int MaxBytes => 8 + 8 + 8 + 16;

    public long Count { get; private set; }

    public long FirstTime { get; private set; }

    public double First { get; private set; }

    public long LastTime { get; private set; }

    public double Last { get; private set; }

    public bool Add(in Sample sample)
    {
        if (Count == 0 || sample.Time < FirstTime)
            (FirstTime, First) = (sample.Time, sample.Number);
        if (Count == 0 || sample.Time >= LastTime)
            (LastTime, Last) = (sample.Time, sample.Number);
        Count++;
        return true;
    }

    public void Merge(in EndsAccumulator later)
    {
        if (later.Count == 0)
            return;
        if (Count == 0)
            (FirstTime, First) = (later.FirstTime, later.First);
        (LastTime, Last) = (later.LastTime, later.Last);
        Count += later.Count;
    }

    public void Clear() => this = default;

    public readonly double Result(AggregateSpec spec) => spec.Function switch
    {
        _ when Count == 0 => double.NaN,
        AggregateFunction.First => First,
        AggregateFunction.Last => Last,
        _ => Count > 1 ? Last - First : double.NaN,
    };

    public readonly void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)Count);
        writer.Signed(FirstTime);
        writer.Unsigned((ulong)(LastTime - FirstTime));
        writer.Double(First);
        writer.Double(Last);
    }

    public void Read(ref ByteReader reader)
    {
        Count = StateReader.Count(ref reader);
        FirstTime = StateReader.Time(ref reader);
        LastTime = StateReader.TimeAfter(ref reader, FirstTime);
        First = reader.Double();
        Last = reader.Double();
    }
}
