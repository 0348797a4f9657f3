using Rules.Codec;

namespace Rules.Aggregates;

/// <summary>Reads what several states have in common, refusing what none of them writes.</summary>
internal static class StateReader
{
    /// <summary>A count of samples: not none, and so that counting on does not overflow.</summary>
    public static long Count(ref ByteReader reader)
    {
        var count = reader.Unsigned();
        return count is > 0 and < 1UL << 53 ? (long)count : throw new InvalidDataException($"{count} samples.");
    }

    public static long Time(ref ByteReader reader) => Checked(reader.Signed());

    /// <summary>A time that was written as its distance from one before it.</summary>
    public static long TimeAfter(ref ByteReader reader, long before)
    {
        var distance = reader.Unsigned();
        return Checked(distance <= 2 * Aggregate.FarthestTime ? before + (long)distance : long.MaxValue);
    }

    /// <summary>A number of things that take at least <paramref name="size"/> bytes each.</summary>
    public static int Length(ref ByteReader reader, int size, int most)
    {
        var length = reader.Length(size);
        return length <= most ? length : throw new InvalidDataException($"{length} where at most {most} are possible.");
    }

    private static long Checked(long time) => Math.Abs(time >> 1) <= Aggregate.FarthestTime >> 1
        ? time
        : throw new InvalidDataException($"The time {time}.");
}
