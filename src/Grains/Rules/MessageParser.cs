using System.Collections.Immutable;
using Grains.Fields;

namespace Grains.Rules;

/// <summary>Parses a message: text with <c>{{ name }}</c> in it.</summary>
internal static class MessageParser
{
    public static MessageTemplate? Parse(string text, FieldTable fields, out ParseProblem problem)
    {
        problem = default;
        var parts = ImmutableArray.CreateBuilder<MessageTemplate.Part>();
        var position = 0;
        while (position < text.Length)
        {
            var open = text.IndexOf("{{", position, StringComparison.Ordinal);
            if (open != position)
                parts.Add(new(MessageTemplate.PartKind.Text, open < 0 ? text[position..] : text[position..open], null));
            if (open < 0)
                break;
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                problem = new(open, "'{{' has no '}}'");
                return null;
            }

            var inside = text[(open + 2)..close];
            var name = inside.Trim();
            var nameAt = open + 2 + inside.Length - inside.TrimStart().Length;
            if (PartOf(name, fields) is not { } part)
            {
                problem = new(nameAt, Unknown(name, fields));
                return null;
            }

            parts.Add(part);
            position = close + 2;
        }

        return new MessageTemplate(parts.ToImmutable());
    }

    private static MessageTemplate.Part? PartOf(string name, FieldTable fields) => name switch
    {
        "entity" => new(MessageTemplate.PartKind.Entity, "", null),
        "rule" => new(MessageTemplate.PartKind.Rule, "", null),
        _ => fields.Find(name) is { } field ? new(MessageTemplate.PartKind.Field, "", field) : null,
    };

    private static string Unknown(string name, FieldTable fields) => name.Length == 0
        ? "expected entity, rule or a field, got nothing"
        : $"expected entity, rule or a field, got '{name}'{Nearest.Hint(name, ["entity", "rule", .. fields.Fields.Select(f => f.Name)])}";
}
