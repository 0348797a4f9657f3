using System.Globalization;
using System.Text;

namespace Rules.Language;

/// <summary>
/// Texts in quotes. A backslash begins an escape: <c>\\ \" \' \` \n \r \t</c>, or <c>\u</c> and four hexadecimal digits.
/// </summary>
internal static class Quoted
{
    public static string Write(string text, char quote)
    {
        var result = new StringBuilder().Append(quote);
        foreach (var c in text)
            result.Append(c switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                _ when c == quote => $"\\{c}",
                _ when char.IsControl(c) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        return result.Append(quote).ToString();
    }

    /// <param name="raw">With its quotes.</param>
    /// <param name="position">Of the first quote.</param>
    /// <exception cref="ParseException">It has an escape that is none.</exception>
    public static string Read(string raw, int position)
    {
        var result = new StringBuilder();
        for (var i = 1; i < raw.Length - 1; i++)
        {
            if (raw[i] != '\\')
            {
                result.Append(raw[i]);
                continue;
            }

            var escape = raw[i + 1];
            if (escape == 'u')
            {
                result.Append(Unicode(raw, i)
                    ?? throw new ParseException(position + i, "expected four hexadecimal digits after '\\u'"));
                i += 5;
                continue;
            }

            result.Append(escape switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '\\' or '"' or '\'' or '`' => escape,
                _ => throw new ParseException(
                    position + i, $"unknown escape '\\{escape}'; a backslash itself is written '\\\\'"),
            });
            i++;
        }

        return result.ToString();
    }

    private static char? Unicode(string raw, int at) =>
        at + 6 < raw.Length && ushort.TryParse(
            raw.AsSpan(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : null;
}
