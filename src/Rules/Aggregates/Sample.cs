using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Rules.Aggregates;

/// <summary>One sample of a series.</summary>
/// <param name="Time">Milliseconds since the Unix epoch.</param>
/// <param name="Number">The value; 0 for a count.</param>
/// <param name="Hash">Of a text or number whose different values are counted; else 0. All its bits must be good: see
/// the methods.</param>
internal readonly record struct Sample(long Time, double Number, ulong Hash)
{
    public static ulong HashOf(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text);

    /// <summary>Equal numbers have equal hashes (0 and -0 too), different ones different hashes: of 8 bytes, XXH3 can be undone.</summary>
    public static ulong HashOf(double number)
    {
        var bits = BitConverter.DoubleToUInt64Bits(number + 0.0);
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(ref bits)));
    }
}
