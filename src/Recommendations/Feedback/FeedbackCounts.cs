using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>What was shown and what came of it.</summary>
/// <param name="Lists">Answers that were shown.</param>
/// <param name="Hits">Those of them with a click.</param>
/// <param name="Items">Items that were shown.</param>
/// <param name="Clicks">Those of them that were clicked.</param>
public readonly record struct FeedbackCounts(long Lists, long Hits, long Items, long Clicks)
{
    /// <summary>The part of the lists that had a click; 0 if there is none.</summary>
    public double HitRate => Lists == 0 ? 0 : (double)Hits / Lists;

    /// <summary>The part of the items that were clicked; 0 if there is none.</summary>
    public double ClickRate => Items == 0 ? 0 : (double)Clicks / Items;

    public static FeedbackCounts operator +(FeedbackCounts a, FeedbackCounts b) =>
        new(a.Lists + b.Lists, a.Hits + b.Hits, a.Items + b.Items, a.Clicks + b.Clicks);

    public static FeedbackCounts Add(FeedbackCounts left, FeedbackCounts right) => left + right;

    internal void Write(ref ByteWriter writer)
    {
        writer.Unsigned((ulong)Lists);
        writer.Unsigned((ulong)Hits);
        writer.Unsigned((ulong)Items);
        writer.Unsigned((ulong)Clicks);
    }

    internal static FeedbackCounts Read(ref ByteReader reader) =>
        new((long)reader.Unsigned(), (long)reader.Unsigned(), (long)reader.Unsigned(), (long)reader.Unsigned());
}

/// <summary>What is to be added to the counters of a variant and a method.</summary>
/// <param name="Method"><see cref="AllMethods"/>: the whole list, whatever methods gave its items.</param>
/// <param name="Time">
/// When the list was shown, Unix milliseconds; of its clicks too, so rates compare like with like.
/// </param>
public readonly record struct FeedbackEvent(string Variant, string Method, long Time, FeedbackCounts Counts)
{
    public const string AllMethods = "*";
}
