using System.IO.Hashing;

namespace Rules.Aggregates;

/// <summary>One sample of a series.</summary>
/// <param name="Time">Milliseconds since the Unix epoch.</param>
/// <param name="Number">The value; 0 for a count.</param>
/// <param name="Hash">Of a text or number whose different values are counted; else 0. All its bits must be good: see
/// the methods.</param>
internal readonly record struct Sample(long Time, double Number, ulong Hash)
{
    public static ulong HashOf(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text);

    /// <summary>
    /// Equal numbers have equal hashes (0 and -0 too), different ones different hashes: each step can be undone.
    /// </summary>
    public static ulong HashOf(double number)
    {
        var bits = BitConverter.DoubleToUInt64Bits(number + 0.0);
        bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ bits >> 27) * 0x94D049BB133111EB;
        return bits ^ bits >> 31;
    }
}
