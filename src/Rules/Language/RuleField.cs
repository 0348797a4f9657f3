namespace Rules.Language;

/// <summary>The type of an expression.</summary>
public enum RuleType
{
    /// <summary>A finite number.</summary>
    Number,
    Text,
    Boolean,

    /// <summary>Milliseconds since the Unix epoch.</summary>
    Time,

    /// <summary>Milliseconds.</summary>
    Duration,
}

/// <summary>A field that rules of a kind may name.</summary>
/// <param name="Index">Its place: the index that <see cref="Engine.IRuleEvent"/> is asked with.</param>
public sealed record RuleField(string Name, RuleType Type, int Index);
