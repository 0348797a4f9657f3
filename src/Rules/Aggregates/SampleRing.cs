using Rules.Codec;

namespace Rules.Aggregates;

/// <summary>
/// The newest samples by time, of one time in the order of arrival; what is kept of each is 64 bits. Grows on demand.
/// </summary>
internal struct SampleRing(int most)
{
    private (long Time, ulong Bits)[] _samples = [];
    private int _head;

    public int Count { get; private set; }

    public readonly bool IsFull => Count == most;

    public static int MaxBytes(int most) => 2 + most * (8 + 8);

    public readonly long Time(int index) => At(index).Time;

    public readonly ulong Bits(int index) => At(index).Bits;

    public void RemoveOldest()
    {
        _head = _head + 1 < _samples.Length ? _head + 1 : 0;
        Count--;
    }

    /// <returns>Its index. The ring is not full.</returns>
    public int Insert(long time, ulong bits)
    {
        if (Count == _samples.Length)
            Grow();
        var at = Count++;
        for (; at > 0 && At(at - 1).Time > time; at--)
            At(at) = At(at - 1);
        At(at) = (time, bits);
        return at;
    }

    public readonly void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)Count);
        for (var i = 0; i < Count; i++)
        {
            if (i == 0)
                writer.Signed(Time(i));
            else
                writer.Unsigned((ulong)(Time(i) - Time(i - 1)));
            writer.Fixed(Bits(i));
        }
    }

    public void Read(ref ByteReader reader)
    {
        Count = 0;
        var count = StateReader.Length(ref reader, 9, most);
        var time = 0L;
        for (var i = 0; i < count; i++)
        {
            time = i == 0 ? StateReader.Time(ref reader) : StateReader.TimeAfter(ref reader, time);
            Insert(time, reader.Fixed());
        }
    }

    private readonly ref (long Time, ulong Bits) At(int index)
    {
        var at = _head + index;
        return ref _samples[at < _samples.Length ? at : at - _samples.Length];
    }

    private void Grow()
    {
        var samples = new (long, ulong)[Math.Min(most, Math.Max(2, Count * 2))];
        for (var i = 0; i < Count; i++)
            samples[i] = At(i);
        (_samples, _head) = (samples, 0);
    }
}
