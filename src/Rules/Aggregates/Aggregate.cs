using Rules.Codec;
using Rules.Engine;

namespace Rules.Aggregates;

/// <summary>
/// What one entity keeps for one <see cref="Language.AggregateSpec"/>. Memory is bounded whatever the rate; adding and
/// asking are O(1) amortized and allocate nothing once the panes are there. The same samples and clocks in the same
/// order give the same bits, also with an encoding and decoding at any place between.
/// </summary>
internal abstract class Aggregate : IKept
{
    /// <summary>
    /// Milliseconds from the epoch (35,000 years) beyond which a time is taken as this one, so that no sum of times
    /// overflows.
    /// </summary>
    public const long FarthestTime = 1L << 50;

    /// <summary>Takes in a sample, in whatever order of times. A number that is not finite is passed over.</summary>
    /// <returns>False if it came too late for every window that is kept.</returns>
    public bool Add(in Sample sample, RuleClock clock)
    {
        if (!double.IsFinite(sample.Number))
            return true;
        var time = Math.Clamp(sample.Time, -FarthestTime, FarthestTime);
        return time == sample.Time ? Insert(sample, clock) : Insert(sample with { Time = time }, clock);
    }

    /// <summary>The aggregate's value, finite, or NaN: missing (a count of nothing is 0).</summary>
    public abstract double Value(RuleClock clock);

    /// <summary>
    /// The first time after <c>clock.Now</c> (or the watermark, for windows that must be complete) at which the value
    /// may change without a sample; <see cref="long.MaxValue"/>: never.
    /// </summary>
    public virtual long NextChange(RuleClock clock) => long.MaxValue;

    public abstract void Write(ref ByteWriter writer);

    /// <summary>Replaces all that this one holds.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Write"/> wrote.</exception>
    public abstract void Read(ref ByteReader reader);

    /// <summary>The most bytes that <see cref="Write"/> writes.</summary>
    public abstract int MaxBytes { get; }

    /// <summary>As <see cref="Add"/>, of a finite number and a time within <see cref="FarthestTime"/>.</summary>
    protected abstract bool Insert(in Sample sample, RuleClock clock);

    /// <summary>What overflowed is missing, as everywhere in the language.</summary>
    protected static double Finite(double value) => double.IsFinite(value) ? value : double.NaN;
}
