using System.IO.Hashing;
using System.Text;

namespace Rules.Engine;

/// <summary>Hashes: what is kept finds its place again by the hash of its canonical text, also under a changed rule.</summary>
internal static class Identity
{
    public static ulong Of(string what, string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{what}:{text}"));

    public static ulong Of(ReadOnlySpan<byte> text) => XxHash3.HashToUInt64(text);

    public static ulong Of(double number)
    {
        // 0 and -0 are one value.
        var bits = BitConverter.DoubleToUInt64Bits(number + 0.0);
        return XxHash3.HashToUInt64(System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(ref bits)));
    }
}
