namespace Rules.Aggregates;

/// <summary>How many samples are in a bucket of a <see cref="QuantileSketch"/>.</summary>
/// <param name="Key">Sorts as the numbers in the bucket do: 0 of 0, else the bucket's index plus 2^17, negative of
/// negative numbers.</param>
/// <param name="Count">At most 2^32 - 1: then it counts no further.</param>
internal readonly record struct Bucket(int Key, uint Count)
{
    /// <summary>Above any index of level 1: those of double's range are -37,300 to 35,500.</summary>
    private const int FarthestIndex = 40_000;

    private const int IndexBase = 1 << 17;

    private const double RelativeError = 0.01;

    private static readonly double LogGamma = Math.Log((1 + RelativeError) / (1 - RelativeError));

    /// <summary>Key and count as one integer that sorts as the keys.</summary>
    public ulong Cell => FirstCell | Count;

    public ulong FirstCell => (ulong)(uint)(Key ^ int.MinValue) << 32;

    public static Bucket Of(ulong cell) => new((int)(cell >> 32) ^ int.MinValue, (uint)cell);

    /// <summary>The bucket of level 1.</summary>
    public static Bucket Of(double number)
    {
        if (number == 0)
            return new(0, 1);
        var key = (int)Math.Ceiling(Math.Log(Math.Abs(number)) / LogGamma) + IndexBase;
        return new(number < 0 ? -key : key, 1);
    }

    /// <summary>Whether a number can have that key at that level.</summary>
    public static bool CanBe(long key, int level) =>
        key == 0 || (key is > int.MinValue and <= int.MaxValue
            && Math.Abs(Math.Abs(key) - IndexBase) <= (FarthestIndex >> level - 1) + 1);

    public Bucket Plus(uint count) => this with { Count = (uint)Math.Min((ulong)Count + count, uint.MaxValue) };

    /// <summary>The bucket some levels up: ⌈index / 2⌉ each.</summary>
    public Bucket Coarser(int levels)
    {
        if (Key == 0 || levels == 0)
            return this;
        var index = Math.Abs(Key) - IndexBase + (1 << levels) - 1 >> levels;
        return this with { Key = Math.Sign(Key) * (index + IndexBase) };
    }

    /// <summary>
    /// The number that is, relatively, as far from the bucket's lower as from its upper bound: 2 γ^i / (γ + 1).
    /// </summary>
    public double Middle(int level)
    {
        if (Key == 0)
            return 0;
        var logGamma = LogGamma * (1 << level - 1);
        var middle = Math.Exp((Math.Abs(Key) - IndexBase) * logGamma + Math.Log(2 / (Math.Exp(logGamma) + 1)));
        return Math.Sign(Key) * Math.Min(middle, double.MaxValue);
    }
}
