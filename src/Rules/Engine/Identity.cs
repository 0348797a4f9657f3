using System.IO.Hashing;
using System.Text;

namespace Rules.Engine;

/// <summary>Hashes: what is kept finds its place again by the hash of its canonical text, also under a changed rule.</summary>
internal static class Identity
{
    public static ulong Of(string what, string text) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{what}:{text}"));
}
