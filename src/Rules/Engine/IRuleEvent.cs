namespace Rules.Engine;

/// <summary>An event as rules see it. Fields go by <see cref="Language.RuleField.Index"/>.</summary>
public interface IRuleEvent
{
    /// <summary>When it happened, milliseconds since the Unix epoch.</summary>
    long Time { get; }

    /// <summary>Whether the event has the field.</summary>
    bool Has(int field);

    /// <summary>A number; 1 or 0 of a boolean; milliseconds of a time. NaN when the event does not have the field.</summary>
    double Number(int field);

    /// <summary>A text field, UTF-8; empty when the event does not have it.</summary>
    ReadOnlySpan<byte> Text(int field);
}

/// <summary>Where time stands for an entity, both in milliseconds since the Unix epoch.</summary>
/// <param name="Now">The largest time that an event of the entity, or a timer of it, has had: windows end here.</param>
/// <param name="Watermark">No event before it is waited for: what ends here is complete.</param>
public readonly record struct RuleClock(long Now, long Watermark);
