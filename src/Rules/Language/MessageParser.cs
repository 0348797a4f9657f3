using System.Collections.Immutable;

namespace Rules.Language;

/// <summary>Parses a message: text with <c>{{ expression }}</c> in it.</summary>
internal static class MessageParser
{
    /// <exception cref="ParseException">What is wrong with it.</exception>
    public static MessageTemplate Parse(string text, FieldScope fields)
    {
        var parts = ImmutableArray.CreateBuilder<MessagePart>();
        var position = 0;
        while (position < text.Length)
        {
            var open = text.IndexOf("{{", position, StringComparison.Ordinal);
            if (open != position)
                parts.Add(new(open < 0 ? text[position..] : text[position..open], null, null));
            if (open < 0)
                break;
            var close = Close(text, open + 2);
            if (close < 0)
                throw new ParseException(open, "'{{' has no '}}'");
            parts.Add(Placeholder(text[(open + 2)..close], open + 2, fields));
            position = close + 2;
        }

        return new MessageTemplate(parts.ToImmutable());
    }

    private static MessagePart Placeholder(string inside, int position, FieldScope fields)
    {
        if (string.IsNullOrWhiteSpace(inside))
            throw new ParseException(position, "expected entity, rule, a field or another expression, got nothing");
        try
        {
            return ExpressionParser.ParsePlaceholder(inside, fields);
        }
        catch (ParseException e)
        {
            throw new ParseException(position + e.Problem.Position, e.Message);
        }
    }

    /// <summary>Of the first <c>}}</c> outside of quotes; if a quote is not closed, of the first of all.</summary>
    private static int Close(string text, int from)
    {
        var quote = '\0';
        for (var i = from; i < text.Length; i++)
        {
            if (quote != '\0' && text[i] == '\\')
                i++;
            else if (quote != '\0')
                quote = text[i] == quote ? '\0' : quote;
            else if (text[i] is '"' or '\'' or '`')
                quote = text[i];
            else if (text.AsSpan(i).StartsWith("}}"))
                return i;
        }

        return text.IndexOf("}}", from, StringComparison.Ordinal);
    }
}
