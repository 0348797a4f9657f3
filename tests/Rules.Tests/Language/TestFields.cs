using Rules.Language;

namespace Rules.Tests.Language;

/// <summary>Fields of every type, some with names that are words of the language.</summary>
internal static class TestFields
{
    public static RuleField Temperature { get; } = new("temperature", RuleType.Number, 0);

    public static RuleField Open { get; } = new("open", RuleType.Boolean, 2);

    public static RuleField[] All { get; } =
    [
        Temperature,
        new("humidity", RuleType.Number, 1),
        Open,
        new("site", RuleType.Text, 3),
        new("at", RuleType.Time, 4),
        new("last", RuleType.Number, 5),
        new("and", RuleType.Number, 6),
        new("entity", RuleType.Text, 7),
        new("two words\n", RuleType.Number, 8),
    ];
}
