namespace Rules.Language;

/// <summary>The fields that an expression may name.</summary>
internal sealed class FieldScope
{
    private readonly Dictionary<string, RuleField> _fields;

    public FieldScope(IEnumerable<RuleField> fields)
    {
        _fields = fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
    }

    public RuleField? Find(string name) => _fields.GetValueOrDefault(name);

    /// <summary>All names that stand for a value.</summary>
    public IEnumerable<string> Names => _fields.Keys.Concat(Language.Names.Context.Keys);
}
