using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Grains.Recommending;

/// <summary>The parts that counts are spread over.</summary>
internal static class Shards
{
    /// <summary>The part that an item's count, or a source's feedback, goes to.</summary>
    public static string Of(RecommendationSettings settings, string name) =>
        Name((int)(XxHash64.HashToUInt64(MemoryMarshal.AsBytes<char>(name)) % (ulong)settings.TrendingShards));

    public static string[] All(RecommendationSettings settings) => [.. Enumerable.Range(0, settings.TrendingShards).Select(Name)];

    private static string Name(int shard) => shard.ToString(CultureInfo.InvariantCulture);
}
