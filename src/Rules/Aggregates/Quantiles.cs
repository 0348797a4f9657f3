namespace Rules.Aggregates;

/// <summary>Exact quantiles, and numbers as integers that sort as they do.</summary>
internal static class Quantiles
{
    private const ulong Sign = 1UL << 63;

    public static ulong Sortable(double number)
    {
        var bits = BitConverter.DoubleToUInt64Bits(number + 0.0);
        return (bits & Sign) != 0 ? ~bits : bits | Sign;
    }

    public static double Number(ulong sortable) =>
        BitConverter.UInt64BitsToDouble((sortable & Sign) != 0 ? sortable & ~Sign : ~sortable);

    /// <summary>Between the two numbers whose ranks are next to q (n - 1), in proportion, as Prometheus does.</summary>
    /// <param name="sorted">Sortable numbers, at least one.</param>
    public static double Of(ReadOnlySpan<ulong> sorted, double q)
    {
        var rank = q * (sorted.Length - 1);
        var below = (int)rank;
        var low = Number(sorted[below]);
        var high = Number(sorted[Math.Min(below + 1, sorted.Length - 1)]);
        return low + (high - low) * (rank - below);
    }
}
