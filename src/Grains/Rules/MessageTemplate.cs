using System.Collections.Immutable;
using System.Text;
using Grains.Fields;

namespace Grains.Rules;

/// <summary>A text with <c>{{ name }}</c> in it: entity, rule, or a field of the event.</summary>
internal sealed class MessageTemplate(ImmutableArray<MessageTemplate.Part> parts)
{
    public static MessageTemplate Empty { get; } = new([]);

    /// <summary>The text for one event; a field that the event does not have leaves a gap.</summary>
    public string Render(string entity, string rule, DecodedEvent e)
    {
        if (parts.Length == 0)
            return "";
        var text = new StringBuilder();
        foreach (var part in parts)
            text.Append(part.Kind switch
            {
                PartKind.Entity => entity,
                PartKind.Rule => rule,
                PartKind.Field => e.Format(part.Field!),
                _ => part.Text,
            });
        return text.ToString();
    }

    internal enum PartKind
    {
        Text,
        Entity,
        Rule,
        Field,
    }

    internal readonly record struct Part(PartKind Kind, string Text, Field? Field);
}
