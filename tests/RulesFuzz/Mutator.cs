using System.Text;

namespace RulesFuzz;

/// <summary>Makes a file from good ones: the same for the same seed and index.</summary>
public sealed class Mutator
{
    private static readonly string[] Pieces =
    [
        "(", ")", "((((((((", ",", "\"", "'", "`", "\\", "{{", "}}", "|", "{", "}", "[", "]", ": ", "- ", "? ", "#", "&a ", "*a", "!!int ", "%", "@",
        ">\n", "|\n", "|-2\n", "---\n", "...\n", "\n", "\r", "\r\n", "\t", "  ", "\0", "\u0085", "\u2028", "\uFEFF", "\uD800", "\uDC00", "é", "🙂",
        " and ", " or ", " not ", " in ", " where ", " within 1m", " times 2", " offset 1d", "tumbling ", "hopping ", " every 1s", "session gap ", "last ",
        "avg(", "count(", "sequence(", "absent(", "anomaly(", "quantile(", "matches ", "contains ", "entity", "time", "true",
        "-", "+", "*", "/", "==", "=", "!=", "<", ">", "0", "-1", "1e999", "99999999999999999999", "5m", "100000w", "1ms", "0.5",
        "(a{1000}){1000}", "(?=a)", "\\\\d+", "kind: ", "rules:\n", "fields: ", "name: ", "when: ", "labels: ", "<<: ", "null", "~",
    ];

    private readonly Random _random;

    private Mutator(Random random)
    {
        _random = random;
    }

    public static string Make(int seed, long index)
    {
        var random = new Random(HashOf(seed, index));
        var mutator = new Mutator(random);
        var text = new StringBuilder(mutator.File());
        for (var n = 1 + (random.Next(3) == 0 ? random.Next(8) : random.Next(2)); n > 0; n--)
            mutator.Change(text);
        return text.ToString();
    }

    /// <summary>Unlike <see cref="HashCode"/> the same in each process.</summary>
    private static int HashOf(int seed, long index)
    {
        var x = ((ulong)(uint)seed << 32) ^ ((ulong)index * 0x9E3779B97F4A7C15);
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return (int)(x >> 32);
    }

    private void Change(StringBuilder text)
    {
        var at = _random.Next(text.Length + 1);
        var length = Math.Min(text.Length - at, _random.Next(2) == 0 ? 1 : _random.Next(40));
        switch (_random.Next(9))
        {
            case 0:
                text.Remove(at, length);
                break;
            case 1:
                text.Insert(at, Pieces[_random.Next(Pieces.Length)]);
                break;
            case 2:
                text.Remove(at, length).Insert(at, Pieces[_random.Next(Pieces.Length)]);
                break;
            case 3:
                text.Insert(at, Slice(File()));
                break;
            case 4:
                text.Insert(at, text.ToString(at, length));
                break;
            case 5 when length > 0:
                text[at] = (char)_random.Next(32, 127);
                break;
            case 6 when length > 0:
                text[at] = (char)(_random.Next(4) == 0 ? _random.Next(65536) : _random.Next(256));
                break;
            case 7 when _random.Next(20) == 0:
                text.Insert(at, string.Concat(Enumerable.Repeat(Pieces[_random.Next(Pieces.Length)], _random.Next(300))));
                break;
            case 8 when _random.Next(5) == 0:
                text.Length = at;
                break;
            default:
                Swap(text, at, length);
                break;
        }
    }

    /// <summary>Moves a slice to somewhere else.</summary>
    private void Swap(StringBuilder text, int at, int length)
    {
        var slice = text.ToString(at, length);
        text.Remove(at, length);
        text.Insert(_random.Next(text.Length + 1), slice);
    }

    private string Slice(string text)
    {
        var at = _random.Next(text.Length);
        return text.Substring(at, Math.Min(text.Length - at, _random.Next(60)));
    }

    private string File() => Corpus.Files[_random.Next(Corpus.Files.Count)];
}
