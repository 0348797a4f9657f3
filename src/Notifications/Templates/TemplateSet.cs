using System.Collections.Immutable;
using Rules.Language;

namespace Notifications.Templates;

/// <summary>
/// Parses templates: <c>{{ field | filter }}</c>, <c>{{ each alerts }}…{{ end }}</c> and <c>{{ template name }}</c>, which knows the
/// templates that have been added, so that none contains itself.
/// </summary>
internal sealed class TemplateSet
{
    private readonly Dictionary<string, Template> _named = new(StringComparer.Ordinal);

    public void Add(string name, Template template) => _named[name] = template;

    /// <exception cref="ParseException">What is wrong with it.</exception>
    public Template Parse(string text)
    {
        var position = 0;
        return Parts(text, ref position, each: null);
    }

    /// <param name="each">Where the <c>each</c> is that it is in; null: in none.</param>
    private Template Parts(string text, ref int position, int? each)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        while (position < text.Length)
        {
            var open = text.IndexOf("{{", position, StringComparison.Ordinal);
            var plain = open < 0 ? text[position..] : text[position..open];
            if (plain.Length > 0)
                parts.Add((_, output) => output.AddText(plain));
            if (open < 0)
                break;
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
                throw new ParseException(open, "'{{' has no '}}'");
            position = close + 2;
            var inside = text[(open + 2)..close].Trim();
            if (inside == "end")
                return each is null ? throw new ParseException(open, "'end' without 'each'") : new Template(parts.ToImmutable());
            parts.Add(Part(text, inside, open, ref position, each));
        }

        return each is { } begin
            ? throw new ParseException(begin, "'each' has no '{{ end }}'")
            : new Template(parts.ToImmutable());
    }

    private TemplatePart Part(string text, string inside, int open, ref int position, int? each)
    {
        var words = inside.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return words switch
        {
            ["each", var list] => Each(text, list, open, ref position, each),
            ["template", var name] => Named(name, open),
            _ => Field(inside, open, each is not null),
        };
    }

    private TemplatePart Each(string text, string list, int open, ref int position, int? each)
    {
        if (each is not null)
            throw new ParseException(open, "there is no 'each' inside of 'each'");
        if (!TemplateFields.Lists.TryGetValue(list, out var isShown))
            throw new ParseException(open, $"unknown list '{list}'{Nearest.Hint(list, TemplateFields.Lists.Keys)}");
        var body = Parts(text, ref position, open);
        return (context, output) =>
        {
            foreach (var alert in context.Notification.Alerts)
                if (isShown(alert))
                    body.Render(context with { Alert = alert }, output);
        };
    }

    /// <summary>It is of the notification, wherever it stands.</summary>
    private TemplatePart Named(string name, int open) =>
        _named.TryGetValue(name, out var template)
            ? (context, output) => template.Render(context with { Alert = null }, output)
            : throw new ParseException(open, $"unknown template '{name}'{Nearest.Hint(name, _named.Keys)}; it must stand before");

    private static TemplatePart Field(string inside, int open, bool inEach)
    {
        var steps = inside.Split('|', StringSplitOptions.TrimEntries);
        if (steps[0].Length == 0)
            throw new ParseException(open, "expected a field, got nothing");
        var field = TemplateFields.Find(steps[0], open, inEach);
        var filters = steps.Skip(1).Select(step => Filter(step, open)).ToList();
        return (context, output) => output.AddValue(filters.Aggregate(field(context), (value, filter) => filter(value)));
    }

    private static Func<string, string> Filter(string step, int open)
    {
        var words = step.Split(' ', 2, StringSplitOptions.TrimEntries);
        if (!TemplateFields.Filters.TryGetValue(words[0], out var filter))
            throw new ParseException(open, $"unknown filter '{words[0]}'{Nearest.Hint(words[0], TemplateFields.Filters.Keys)}");
        return filter(words.Length > 1 ? words[1] : "")
            ?? throw new ParseException(
                open, $"the filter '{words[0]}' cannot be used so; there are upper, lower, json, default \"text\" and truncate 80");
    }
}
