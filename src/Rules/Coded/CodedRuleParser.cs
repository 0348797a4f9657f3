using System.Buffers;
using System.Collections.Immutable;
using Rules.Codec;
using Rules.Language;

namespace Rules.Coded;

/// <summary>Checks the texts and properties of a rule in C#. Goes on after an error, so that all are told at once.</summary>
internal sealed class CodedRuleParser(CodedRule rule, IReadOnlyList<RuleField> fields, List<RuleError> errors)
{
    private readonly FieldScope _inputs = new(fields);
    private readonly FieldScope _templates = new(fields, new CodedExpression(rule, [], RuleType.Number));

    /// <summary>The rule; null after an error.</summary>
    public RuleDefinition? Parse(IEnumerable<(string Text, RuleType Type)> inputs)
    {
        var before = errors.Count;
        if (string.IsNullOrWhiteSpace(rule.Name)) Error("its name is empty");
        ImmutableArray<Expression> looksAt = [.. inputs.Select(input => Parsed(input.Text, text => Input(text, input.Type))).OfType<Expression>()];
        var definition = new RuleDefinition
        {
            Name = rule.Name,
            When = new CodedExpression(rule, looksAt, RuleType.Boolean),
            For = Duration(rule.For, nameof(rule.For)),
            KeepFiringFor = Duration(rule.KeepFiringFor, nameof(rule.KeepFiringFor)),
            Escalate = rule.EscalateAfter == TimeSpan.Zero
                ? null
                : new(Duration(rule.EscalateAfter, nameof(rule.EscalateAfter)), Templates(rule.EscalatedLabels)),
            By = [.. rule.By.Select(name => Parsed(name, _inputs.Group)).OfType<RuleField>().Distinct()],
            IsWallClock = rule.IsWallClock,
            Labels = Templates(rule.Labels),
            Message = Template(rule.Message),
            Place = Place(""),
        };
        if (errors.Count == before) CheckState();
        return errors.Count == before ? definition : null;
    }

    private Expression Input(string text, RuleType type)
    {
        var input = ExpressionParser.Parse(text, _inputs);
        return input.Type == type ? input : throw new ParseException(0, $"expected {Names.Text(type)}, got {Names.Text(input.Type)}");
    }

    private ImmutableSortedDictionary<string, MessageTemplate> Templates(IDictionary<string, string> texts) =>
        texts.ToImmutableSortedDictionary(label => label.Key, label => Template(label.Value), StringComparer.Ordinal);

    private MessageTemplate Template(string text) =>
        Parsed(text, t => MessageParser.Parse(t, _templates)) ?? MessageTemplate.Empty;

    private long Duration(TimeSpan duration, string name)
    {
        if (duration < TimeSpan.Zero || duration.TotalMilliseconds > DurationParser.Longest)
            Error($"{name} is {duration}: expected at most 100 years, and not less than nothing");
        return (long)duration.TotalMilliseconds;
    }

    /// <summary>Better at the start than at an entity's first checkpoint.</summary>
    private void CheckState()
    {
        try
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new ByteWriter(bytes);
            rule.NewState().Write(ref writer);
            writer.Flush();
            var reader = new ByteReader(bytes.WrittenSpan);
            rule.NewState().Read(ref reader);
        }
        catch (Exception e)
        {
            Error($"its state cannot be written and read: {e.Message}");
        }
    }

    private T? Parsed<T>(string text, Func<string, T> parse)
        where T : class
    {
        try
        {
            return parse(text);
        }
        catch (ParseException e)
        {
            Error($"'{text}', character {e.Problem.Position + 1}: {e.Message}");
            return null;
        }
    }

    private void Error(string message) => errors.Add(Place(message));

    private RuleError Place(string message) => new(rule.GetType().Name, 1, 1, $"rule '{rule.Name}': {message}");
}
