using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rules.Language;

/// <summary>
/// Finds where a character of a YAML scalar's value stands in the file: quotes, escapes, indentation and folds come between.
/// </summary>
internal ref struct ScalarPlaces
{
    private readonly string _source;
    private readonly string _value;
    private readonly ScalarStyle _style;
    private readonly int _start;
    private readonly int _end;
    private int _at;

    private ScalarPlaces(string source, YamlScalarNode node)
    {
        (_source, _value, _style) = (source, node.Value ?? "", node.Style);
        _start = (int)Math.Min(node.Start.Index, source.Length);
        _end = (int)Math.Min(node.End.Index, source.Length);
        _at = _start;
    }

    /// <summary>Line and column, from 1, of the value's character at the position; of the scalar's start if it cannot be told.</summary>
    public static (int Line, int Column) Of(string source, YamlScalarNode node, int position)
    {
        var start = ((int)node.Start.Line, (int)node.Start.Column);
        var places = new ScalarPlaces(source, node);
        return places.Find(position) is { } found ? TextPlaces.Of(source, places._start, start, found) : start;
    }

    private int? Find(int position)
    {
        if (!Enter())
            return null;
        for (var i = 0; i < position && i < _value.Length;)
        {
            if (Take(i) is not (> 0 and var taken))
                return null;
            i += taken;
        }

        if (position < _value.Length)
            SkipFold(_value[position]);
        return _at < _end ? _at : _end;
    }

    /// <summary>Goes to the first character of the content.</summary>
    private bool Enter()
    {
        if (_style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            while (_at < _end && !TextPlaces.IsBreak(_source[_at]))
                _at++;
            return _at < _end;
        }

        var quote = _style switch { ScalarStyle.SingleQuoted => '\'', ScalarStyle.DoubleQuoted => '"', _ => '\0' };
        if (quote == '\0')
            return true;
        // Tags and anchors stand before the quote.
        _at = _source.IndexOf(quote, _start, _end - _start) + 1;
        return _at > 0;
    }

    /// <summary>Goes past the value's next character; returns how many of the value were taken, 0: it is not there.</summary>
    private int Take(int i)
    {
        var c = _value[i];
        SkipFold(c);
        if (_at >= _end)
            return 0;
        var here = _source[_at];
        if (_style == ScalarStyle.DoubleQuoted && here == '\\')
            return TakeEscape(i);
        if (_style == ScalarStyle.SingleQuoted && c == '\'')
            _at++;
        else if (here == '\r' && c is '\n' or ' ' && _at + 1 < _end && _source[_at + 1] == '\n')
            _at++;
        else if (here != c && !(TextPlaces.IsBreak(here) && c is ' ' or '\n'))
            return 0;
        _at++;
        return 1;
    }

    /// <summary>Goes past indentation and the breaks that stand for nothing, to what is not white.</summary>
    private void SkipFold(char next)
    {
        if (char.IsWhiteSpace(next))
            return;
        while (_at < _end)
        {
            var isJoined = _style == ScalarStyle.DoubleQuoted && _source[_at] == '\\'
                && _at + 1 < _end && TextPlaces.IsBreak(_source[_at + 1]);
            if (!isJoined && !char.IsWhiteSpace(_source[_at]))
                return;
            _at++;
        }
    }

    private int TakeEscape(int i)
    {
        var digits = _at + 1 < _end ? _source[_at + 1] switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 } : 0;
        _at += 2 + digits;
        return digits == 8 && char.IsHighSurrogate(_value[i]) ? 2 : 1;
    }
}
