using System.Collections.Immutable;
using System.Text;

namespace Rules.Language;

/// <summary>The words of the language.</summary>
internal static class Names
{
    /// <summary>What no bare name of a field can be.</summary>
    public static ImmutableArray<string> Operators { get; } = ["and", "in", "not", "or"];

    /// <summary>What may follow a value.</summary>
    public static ImmutableArray<string> AfterValue { get; } =
        ["and", "contains", "ends", "in", "matches", "not", "offset", "or", "starts", "where"];

    public static ImmutableArray<string> Windows { get; } = ["hopping", "last", "session", "tumbling"];

    public static ImmutableDictionary<string, ContextValue> Context { get; } = Of<ContextValue>();

    public static ImmutableDictionary<string, ScalarFunction> Scalars { get; } = Of<ScalarFunction>();

    public static ImmutableDictionary<string, AggregateFunction> Aggregates { get; } = Of<AggregateFunction>();

    public static ImmutableArray<string> Functions { get; } =
        [.. Scalars.Keys, .. Aggregates.Keys, "absent", "anomaly", "sequence"];

    /// <summary>A name with _ between its words: <c>day_of_week</c>.</summary>
    public static string Text<T>(T value)
        where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (var c in value.ToString())
            text.Append(char.IsUpper(c) && text.Length > 0 ? "_" : "").Append(char.ToLowerInvariant(c));
        return text.ToString();
    }

    public static string Text(BinaryOperator o) => o switch
    {
        BinaryOperator.Or => "or",
        BinaryOperator.And => "and",
        BinaryOperator.Equal => "==",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        _ => "%",
    };

    public static string Text(TextMatch match) => match switch
    {
        TextMatch.Contains => "contains",
        TextMatch.StartsWith => "starts with",
        TextMatch.EndsWith => "ends with",
        _ => "matches",
    };

    /// <summary>A type as an error names it.</summary>
    public static string Text(RuleType type) => type switch
    {
        RuleType.Number => "a number",
        RuleType.Text => "a text",
        RuleType.Boolean => "true or false",
        RuleType.Time => "a time",
        _ => "a duration",
    };

    /// <summary>A field's name as an expression has it: in backquotes, unless it is a word that means nothing else.</summary>
    public static string Field(string name) => IsPlain(name) ? name : Quoted.Write(name, '`');

    private static bool IsPlain(string name) =>
        name.Length > 0 && (char.IsLetter(name[0]) || name[0] == '_')
        && name.All(c => c == '_' || char.IsLetter(c) || char.IsDigit(c))
        && !Operators.Contains(name) && !Context.ContainsKey(name) && name is not ("true" or "false");

    private static ImmutableDictionary<string, T> Of<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().ToImmutableDictionary(Text, StringComparer.Ordinal);
}
