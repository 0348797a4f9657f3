using System.Globalization;
using Grains.Fields;
using Grains.Kinds;

namespace Grains.Rules;

/// <summary>Parses <c>field operator number</c>.</summary>
internal ref struct ComparisonParser
{
    private const string Operators = ">, >=, <, <=, == or !=";

    private readonly string _text;
    private readonly FieldTable _fields;
    private int _position;

    private ComparisonParser(string text, FieldTable fields)
    {
        _text = text;
        _fields = fields;
    }

    /// <summary>The condition, or what is wrong with it.</summary>
    public static Comparison? Parse(string text, FieldTable fields, out ParseProblem problem) =>
        new ComparisonParser(text, fields).Parse(out problem);

    private Comparison? Parse(out ParseProblem problem)
    {
        var fieldAt = SkipSpaces();
        if (ReadField(out problem) is not { } field)
            return null;
        var operatorAt = SkipSpaces();
        if (ReadOperator(out problem) is not { } op)
            return null;
        if (field.Type == FieldType.Boolean && op is not (ComparisonOperator.Equal or ComparisonOperator.NotEqual))
        {
            problem = new(operatorAt, $"field '{field.Name}' is true or false: expected == or !=");
            return null;
        }

        if (field.Type == FieldType.Text)
        {
            problem = new(fieldAt, $"field '{field.Name}' is text: expected a field that is a number, true or false");
            return null;
        }

        var isRead = field.Type == FieldType.Number ? ReadNumber(out var number, out problem) : ReadBoolean(out number, out problem);
        if (!isRead)
            return null;
        if (SkipSpaces() < _text.Length)
        {
            problem = new(_position, $"expected the end, got '{Word()}'");
            return null;
        }

        return new Comparison(field, op, number);
    }

    private Field? ReadField(out ParseProblem problem)
    {
        problem = default;
        var start = _position;
        var name = Word();
        _position += name.Length;
        if (_fields.Find(name) is { } field)
            return field;
        var names = _fields.Fields.Where(f => f.Type != FieldType.Text).Select(f => f.Name).ToList();
        problem = new(start, IsName(name)
            ? $"unknown field '{name}'{Nearest.Hint(name, names)}"
            : $"expected a field ({string.Join(", ", names)}), got {Quote(name)}");
        return null;
    }

    private ComparisonOperator? ReadOperator(out ParseProblem problem)
    {
        problem = default;
        var rest = _text.AsSpan(_position);
        var length = rest.IndexOfAnyExcept("<>=!~");
        var symbol = length < 0 ? rest : rest[..length];
        _position += symbol.Length;
        ComparisonOperator? op = symbol switch
        {
            ">" => ComparisonOperator.Greater,
            ">=" => ComparisonOperator.GreaterOrEqual,
            "<" => ComparisonOperator.Less,
            "<=" => ComparisonOperator.LessOrEqual,
            "==" => ComparisonOperator.Equal,
            "!=" => ComparisonOperator.NotEqual,
            _ => null,
        };
        if (op is not null)
            return op;
        _position -= symbol.Length;
        var hint = symbol switch { "=" or "===" => "==", "<>" => "!=", "=>" => ">=", "=<" => "<=", _ => null };
        var got = symbol.Length > 0 ? symbol.ToString() : Word();
        problem = new(_position, $"expected {Operators}, got {Quote(got)}{(hint is null ? "" : $"; did you mean '{hint}'?")}");
        return null;
    }

    private bool ReadNumber(out double number, out ParseProblem problem)
    {
        SkipSpaces();
        problem = default;
        var word = Word();
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(word, style, CultureInfo.InvariantCulture, out number) && double.IsFinite(number))
        {
            _position += word.Length;
            return true;
        }

        problem = new(_position, $"expected a number, got {Quote(word)}");
        return false;
    }

    private bool ReadBoolean(out double number, out ParseProblem problem)
    {
        SkipSpaces();
        problem = default;
        var word = Word();
        number = word == "true" ? 1 : 0;
        if (word is "true" or "false")
        {
            _position += word.Length;
            return true;
        }

        problem = new(_position, $"expected true or false, got {Quote(word)}");
        return false;
    }

    private int SkipSpaces()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
            _position++;
        return _position;
    }

    /// <summary>What stands here, up to a space or an operator.</summary>
    private readonly string Word()
    {
        var end = _position;
        while (end < _text.Length && !char.IsWhiteSpace(_text[end]) && !"<>=!~".Contains(_text[end]))
            end++;
        return end == _position && end < _text.Length ? _text[end..(end + 1)] : _text[_position..end];
    }

    private static bool IsName(string word) => word.Length > 0 && (char.IsLetter(word[0]) || word[0] == '_');

    private static string Quote(string word) => word.Length == 0 ? "the end" : $"'{word}'";
}
