using System.Globalization;
using System.Text;
using Rules.Language;

namespace Rules.Engine;

/// <summary>A message or label, ready to be rendered.</summary>
internal sealed class CompiledTemplate(MessageTemplate template, ExpressionCompiler compiler)
{
    private readonly (string? Text, ValueText? Value)[] _parts =
        [.. template.Parts.Select(part => (part.Text, part.Expression is { } e ? ValueText.Of(e, compiler, part.Decimals) : null))];

    public string Render(Evaluation at)
    {
        if (_parts is []) return "";
        if (_parts is [{ Text: { } only }]) return only;
        var text = new StringBuilder();
        foreach (var (part, value) in _parts) text.Append(part ?? value!.Render(at));
        return text.ToString();
    }
}

/// <summary>Writes an expression's value as text; nothing when it is missing.</summary>
internal sealed class ValueText
{
    private readonly Func<Evaluation, string> _render;

    private ValueText(Func<Evaluation, string> render) => _render = render;

    public string Render(Evaluation at) => _render(at);

    /// <param name="decimals">Numbers are rounded to so many, half away from zero; null: written in full.</param>
    public static ValueText Of(Expression expression, ExpressionCompiler compiler, int? decimals = null)
    {
        switch (expression.Type)
        {
            case RuleType.Text:
                var text = compiler.Text(expression);
                return new(at => text(at, out var value) ? Encoding.UTF8.GetString(value) : "");
            case RuleType.Boolean:
                var truth = compiler.Truth(expression);
                return new(at => truth(at) switch { Truth.True => "true", Truth.False => "false", _ => "" });
            default:
                var number = compiler.Number(expression);
                return new(at => Format(expression.Type, number(at), decimals));
        }
    }

    private static string Format(RuleType type, double value, int? decimals)
    {
        if (double.IsNaN(value)) return "";
        if (type == RuleType.Time)
            return DateTimeOffset.FromUnixTimeMilliseconds((long)value).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        if (type == RuleType.Duration) return DurationParser.Text((long)value, largest: "d");
        return (decimals is { } n ? Math.Round(value, n, MidpointRounding.AwayFromZero) : value).ToString("R", CultureInfo.InvariantCulture);
    }
}
