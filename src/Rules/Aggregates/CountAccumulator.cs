using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

internal struct CountAccumulator : IAccumulator<CountAccumulator>
{
    private long _count;

    public static int MaxBytes => 8;

    public static bool IsOrderFree => true;

    public static bool TrySubtract(ref CountAccumulator whole, in CountAccumulator part)
    {
        whole._count -= part._count;
        return true;
    }

    public bool Add(in Sample sample)
    {
        _count++;
        return true;
    }

    public void Merge(in CountAccumulator later) => _count += later._count;

    public void Clear() => this = default;

    public readonly double Result(AggregateSpec spec) => _count;

    public readonly void Write(ref ByteWriter writer) => writer.Unsigned((ulong)_count);

    public void Read(ref ByteReader reader) => _count = StateReader.Count(ref reader);
}
