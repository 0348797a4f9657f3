using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Recommendations.Feedback;

/// <summary>Which variant a visitor is in: by a stable hash of its name, so every process gives the same.</summary>
public sealed class Variants
{
    private readonly (string Name, double UpTo)[] _variants;

    /// <param name="shares">Each above 0: <see cref="RecommendationOptions.Variants"/>.</param>
    public Variants(IReadOnlyDictionary<string, double> shares)
    {
        var (total, sum) = (shares.Values.Sum(), 0.0);
        _variants = [.. shares
            .OrderBy(static share => share.Key, StringComparer.Ordinal)
            .Select(share => (share.Key, (sum += share.Value) / total))];
    }

    public string Of(string visitor)
    {
        var place = (XxHash64.HashToUInt64(MemoryMarshal.AsBytes<char>(visitor)) >> 11) / (double)(1UL << 53); // in [0, 1)
        foreach (var (name, upTo) in _variants)
        {
            if (place < upTo)
                return name;
        }

        return _variants[^1].Name;
    }
}
