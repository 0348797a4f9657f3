namespace Rules.Language;

/// <summary>Lines and columns of a text. Lines end where YAML 1.1 ends them, so that both count alike.</summary>
internal static class TextPlaces
{
    /// <summary>Line and column, from 1, of a position from 0.</summary>
    public static (int Line, int Column) Of(string text, int position) => Of(text, 0, (1, 1), position);

    /// <summary>The same, counted on from a known place.</summary>
    public static (int Line, int Column) Of(string text, int from, (int Line, int Column) place, int position)
    {
        var (line, column) = place;
        for (var i = from; i < position; i++)
            if (IsBreak(text[i]) && !(text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n'))
                (line, column) = (line + 1, 1);
            else
                column++;
        return (line, column);
    }

    public static bool IsBreak(char c) => c is '\n' or '\r' or '\x85' or '\u2028' or '\u2029';
}
