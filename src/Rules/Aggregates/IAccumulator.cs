using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// What is known of a set of samples, in constant space. Its default is the empty set. One that owns an array is only
/// ever used in its place (never copied), so that the array is used again.
/// </summary>
internal interface IAccumulator<T>
    where T : struct, IAccumulator<T>
{
    /// <summary>The most bytes that <see cref="Write"/> writes.</summary>
    static abstract int MaxBytes { get; }

    /// <summary>
    /// Whether adding samples to a merged set gives the very bits that merging the sets with the samples gives.
    /// </summary>
    static virtual bool IsOrderFree => false;

    /// <summary>Takes a part out again, where that gives the very bits of the rest alone.</summary>
    /// <returns>False, and <paramref name="whole"/> is of no use, where it does not.</returns>
    static virtual bool TrySubtract(ref T whole, in T part) => false;

    /// <returns>Whether the result may have changed.</returns>
    bool Add(in Sample sample);

    /// <summary>Takes in the samples of another set; they are the later ones.</summary>
    void Merge(in T later);

    void Clear();

    /// <summary>The function of the samples; not finite: missing.</summary>
    double Result(AggregateSpec spec);

    /// <summary>Writes a set that is not empty.</summary>
    void Write(ref ByteWriter writer);

    void Read(ref ByteReader reader);
}
