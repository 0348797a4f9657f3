namespace Rules.Language;

/// <summary>The fields that an expression may name.</summary>
internal sealed class FieldScope
{
    private readonly Dictionary<string, RuleField> _fields;

    /// <param name="value">What <c>value</c> stands for, besides the fields; null: nothing.</param>
    public FieldScope(IEnumerable<RuleField> fields, Expression? value = null)
    {
        Value = value;
        _fields = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
    }

    public Expression? Value { get; }

    public RuleField? Find(string name) => _fields.GetValueOrDefault(name);

    /// <summary>A field that alerts are grouped by.</summary>
    /// <exception cref="ParseException">There is none, or it is of another type.</exception>
    public RuleField Group(string name) => Find(name) switch
    {
        null => throw new ParseException(0, $"unknown field '{name}'{Nearest.Hint(name, _fields.Keys)}"),
        { Type: RuleType.Text or RuleType.Boolean } field => field,
        var field => throw new ParseException(0, $"field '{name}' is {Language.Names.Text(field.Type)}: expected a field that is text, true or false"),
    };

    /// <summary>All names that stand for a value.</summary>
    public IEnumerable<string> Names => _fields.Keys.Concat(Language.Names.Context.Keys);
}
