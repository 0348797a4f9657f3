using System.Collections.Immutable;

namespace Rules.Language;

/// <summary>One rule of a file, checked. Durations are milliseconds.</summary>
public sealed record RuleDefinition
{
    /// <summary>One of its kind.</summary>
    public required string Name { get; init; }

    /// <summary>What makes an alert pending, and firing once it has held for <see cref="For"/>; a boolean.</summary>
    public required Expression When { get; init; }

    /// <summary>What a firing alert waits for; null: that <see cref="When"/> does not hold.</summary>
    public Expression? Resolve { get; init; }

    public long For { get; init; }

    /// <summary>How long what resolves the alert must last; 0: it resolves at once.</summary>
    public long KeepFiringFor { get; init; }

    /// <summary>What a firing alert comes to that nobody acknowledges; null: nothing.</summary>
    public Escalation? Escalate { get; init; }

    /// <summary>Fields of type text or boolean: each combination of their values has windows and an alert of its own.</summary>
    public ImmutableArray<RuleField> By { get; init; } = [];

    /// <summary>Whether time is a wall clock instead of the events' times (<c>clock: wall</c>; default <c>event</c>).</summary>
    public bool IsWallClock { get; init; }

    public ImmutableSortedDictionary<string, MessageTemplate> Labels { get; init; } =
        ImmutableSortedDictionary.Create<string, MessageTemplate>(StringComparer.Ordinal);

    public MessageTemplate Message { get; init; } = MessageTemplate.Empty;

    /// <summary>Where it stands: line and column of its name, from 1.</summary>
    public required RuleError Place { get; init; }
}

/// <summary>A firing alert that is not acknowledged in time is told of again.</summary>
/// <param name="After">Since it fired, milliseconds.</param>
/// <param name="Labels">What it is labelled with then, beside its labels or in their place.</param>
public sealed record Escalation(long After, ImmutableSortedDictionary<string, MessageTemplate> Labels);

/// <summary>A text with expressions in it: <c>{{ entity }} averages {{ avg(temperature, 5m) | round 1 }} °C</c>.</summary>
/// <param name="Parts">In order.</param>
public sealed record MessageTemplate(ImmutableArray<MessagePart> Parts)
{
    public static MessageTemplate Empty { get; } = new([]);

    public bool Equals(MessageTemplate? other) => other is not null && Parts.SequenceEqual(other.Parts);

    public override int GetHashCode() => Parts.Length;
}

/// <summary>A piece of text, or an expression (exactly one of the two is set), rounded to decimals where it says so.</summary>
public sealed record MessagePart(string? Text, Expression? Expression, int? Decimals);

/// <summary>The rules of one file.</summary>
/// <param name="Fields">As the file's <c>fields</c> declare them; where it has none, those given by the caller.</param>
/// <param name="Lateness">How long an event of a source partition may come after later ones, ms (<c>lateness: 10s</c>).</param>
public sealed record RuleFile(
    string Name, string Kind, ImmutableArray<RuleField> Fields, long Lateness, ImmutableArray<RuleDefinition> Rules);
