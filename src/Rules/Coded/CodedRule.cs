using Rules.Language;

namespace Rules.Coded;

/// <summary>
/// A rule in C#, beside those in files: derive from <see cref="CodedRule{TState}"/>. Its properties are those of a rule in a file, with
/// the same meaning; they and its inputs are set in the constructor. One object judges all entities of its kind, on several threads.
/// </summary>
public abstract class CodedRule
{
    private readonly List<(string Text, RuleType Type)> _inputs = [];

    private protected CodedRule(string name) => Name = name;

    /// <summary>One of its kind.</summary>
    public string Name { get; }

    /// <summary>How long the last verdict must have been that it holds before the alert fires.</summary>
    public TimeSpan For { get; protected init; }

    /// <summary>How long the last verdict must have been that it does not hold before a firing alert resolves.</summary>
    public TimeSpan KeepFiringFor { get; protected init; }

    /// <summary>How long an alert may fire without being acknowledged until it is sent again, escalated; zero: for ever.</summary>
    public TimeSpan EscalateAfter { get; protected init; }

    /// <summary>Labels of an escalated alert, beside its own or in their place; templates as in a file.</summary>
    public IDictionary<string, string> EscalatedLabels { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Names of fields that are texts or booleans: each combination of their values has a state and an alert of its own.</summary>
    public IReadOnlyList<string> By { get; protected init; } = [];

    /// <summary>Whether time is that of the records, as with <c>clock: wall</c>, instead of the events'.</summary>
    public bool IsWallClock { get; protected init; }

    /// <summary>Templates as in a file, which know the verdict's <c>value</c> too.</summary>
    public IDictionary<string, string> Labels { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>A template as in a file, which knows the verdict's <c>value</c> too.</summary>
    public string Message { get; protected init; } = "";

    /// <summary>What a stored state goes by: under another name the rule starts anew.</summary>
    internal abstract string StateName { get; }

    internal abstract CodedState NewState();

    /// <summary>Declares an input, a number: an expression of the rule language, such as <c>temperature</c> or <c>avg(temperature, 5m)</c>.</summary>
    protected NumberInput Number(string expression) => new(Add(expression, RuleType.Number));

    /// <summary>Declares an input that is true or false, such as <c>sequence(x > 1, x > 2) within 1m</c>.</summary>
    protected TruthInput Truth(string expression) => new(Add(expression, RuleType.Boolean));

    /// <summary>Declares an input that is a text.</summary>
    protected TextInput Text(string expression) => new(Add(expression, RuleType.Text));

    /// <summary>The rule as if it came from a file; null after an error.</summary>
    internal RuleDefinition? Define(IReadOnlyList<RuleField> fields, List<RuleError> errors) =>
        new CodedRuleParser(this, fields, errors).Parse(_inputs);

    private int Add(string expression, RuleType type)
    {
        _inputs.Add((expression, type));
        return _inputs.Count - 1;
    }
}

/// <summary>An input of a rule that is a number.</summary>
public readonly record struct NumberInput
{
    internal NumberInput(int index) => Index = index;

    internal int Index { get; }
}

/// <summary>An input of a rule that is true or false.</summary>
public readonly record struct TruthInput
{
    internal TruthInput(int index) => Index = index;

    internal int Index { get; }
}

/// <summary>An input of a rule that is a text.</summary>
public readonly record struct TextInput
{
    internal TextInput(int index) => Index = index;

    internal int Index { get; }
}
