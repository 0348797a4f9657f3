using System.Collections.Immutable;
using Rules.Coded;
using Rules.Language;

namespace Rules.Engine;

/// <summary>A rule, ready to be judged.</summary>
internal sealed class CompiledRule
{
    private readonly (string Text, ValueText Value)[] _inputs;
    private readonly CompiledTemplate _message;
    private readonly KeyValuePair<string, CompiledTemplate>[] _labels;
    private readonly KeyValuePair<string, CompiledTemplate>[] _escalatedLabels;
    private readonly NumberOf? _value;
    private readonly RuleField[] _told; // what may be told without an event names them
    private readonly (string Text, ValueText Value)[] _remembered;

    public CompiledRule(RuleDefinition definition, int slot, ExpressionCompiler compiler, ScopeSlots slots)
    {
        Definition = definition;
        Slot = slot;
        When = compiler.Truth(definition.When);
        Resolve = definition.Resolve is { } resolve ? compiler.Truth(resolve) : null;
        _value = Inputs.FirstNumber(definition.When) is { } number ? compiler.Number(number) : null;
        ResolveValue = definition.Resolve is not null && Inputs.FirstNumber(definition.Resolve) is { } other ? compiler.Number(other) : null;
        _inputs = [.. Inputs.Of(definition.When).Select(input => (input.ToString(), ValueText.Of(input, compiler)))];
        _message = new(definition.Message, compiler);
        _labels = Compiled(definition.Labels, compiler);
        _escalatedLabels = definition.Escalate is { } escalation ? Compiled(escalation.Labels, compiler) : [];
        var told = Told(definition).ToList();
        _told = [.. told.Select(reference => reference.Field)];
        _remembered = [.. told.Select(reference => (reference.Field.Name, ValueText.Of(reference, compiler)))];
        // What code looks at is looked at with events: its verdict stands until the next.
        IEnumerable<Expression> timed = definition.When is CodedExpression ? [] : Inputs.Judged(definition);
        Aggregates = [.. timed.OfType<AggregateExpression>().Select(a => slots.Aggregate(a.Spec)).Distinct()];
        Absents = [.. timed.OfType<AbsentExpression>().Select(a => (slots.Seen(a.Filter), a.Milliseconds)).Distinct()];
        HasTimers = definition.For > 0 || definition.KeepFiringFor > 0 || definition.Escalate is not null
            || Inputs.Judged(definition).Any(input => input is AggregateExpression or AbsentExpression);
    }

    public RuleDefinition Definition { get; }

    /// <summary>Its place in the scope: where a group keeps its alert.</summary>
    public int Slot { get; }

    public TruthOf When { get; }

    public TruthOf? Resolve { get; }

    /// <summary>The number that the condition of <c>resolve</c> is about; null when it has none.</summary>
    public NumberOf? ResolveValue { get; }

    /// <summary>The slots of the windows that its conditions look at.</summary>
    public ImmutableArray<int> Aggregates { get; }

    /// <summary>The absences that its conditions look at: slot and milliseconds.</summary>
    public ImmutableArray<(int Seen, long Milliseconds)> Absents { get; }

    /// <summary>Whether time alone can change its alerts, or what it looks at.</summary>
    public bool HasTimers { get; }

    /// <summary>The number that the condition is about; NaN: it has none.</summary>
    public double Value(Evaluation at) => _value?.Invoke(at) ?? double.NaN;

    public string Message(Evaluation at) => _message.Render(at);

    public ImmutableSortedDictionary<string, string> Labels(Evaluation at, IReadOnlyList<KeyValuePair<string, string>> by)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in by) labels[name] = value;
        foreach (var (name, template) in _labels) labels[name] = template.Render(at);
        return labels.ToImmutable();
    }

    /// <summary>An alert's labels once it is escalated.</summary>
    public ImmutableSortedDictionary<string, string> Escalated(ImmutableSortedDictionary<string, string> labels, Evaluation at) =>
        labels.SetItems(_escalatedLabels.Select(label => KeyValuePair.Create(label.Key, label.Value.Render(at))));

    /// <summary>The event's fields that messages, labels and causes name, by their names, should time change the alert; else none.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Remember(Evaluation at) => Texts(_remembered, at);

    /// <summary>The same as an event again, as far as the rule still knows the fields.</summary>
    public IRuleEvent Recall(long time, ImmutableArray<KeyValuePair<string, string>> fields)
    {
        var e = new MemoryEvent(time, _told.Select(field => field.Index + 1).DefaultIfEmpty().Max());
        foreach (var (name, text) in fields)
            if (Array.Find(_told, field => field.Name == name) is { } field)
                e.Set(field, text);
        return e;
    }

    // The fields of which something may be told without an event.
    private static IEnumerable<FieldReference> Told(RuleDefinition rule)
    {
        if (rule.For == 0 && rule.KeepFiringFor == 0 && rule.Escalate is null) return [];
        var labels = rule.Escalate is { } escalation ? rule.Labels.Values.Concat(escalation.Labels.Values) : rule.Labels.Values;
        return labels.Append(rule.Message).SelectMany(template => template.Parts).Select(part => part.Expression).OfType<Expression>().Append(rule.When)
            .SelectMany(Inputs.Of).OfType<FieldReference>().Distinct();
    }

    private static KeyValuePair<string, CompiledTemplate>[] Compiled(
        ImmutableSortedDictionary<string, MessageTemplate> labels, ExpressionCompiler compiler) =>
        [.. labels.Select(label => KeyValuePair.Create(label.Key, new CompiledTemplate(label.Value, compiler)))];

    /// <summary>What the condition looked at, by its text: why the alert changed.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Causes(Evaluation at) => Texts(_inputs, at);

    // What is missing is left out.
    private static ImmutableArray<KeyValuePair<string, string>> Texts((string Text, ValueText Value)[] of, Evaluation at)
    {
        if (of.Length == 0) return [];
        var texts = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(of.Length);
        foreach (var (text, value) in of)
            if (value.Render(at) is { Length: > 0 } rendered)
                texts.Add(new(text, rendered));
        return texts.ToImmutable();
    }
}
