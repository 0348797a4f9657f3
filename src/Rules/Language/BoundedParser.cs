using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rules.Language;

/// <summary>
/// Refuses what a rule file does not need and what a small text could grow without bound by: deep nesting, which the
/// loader follows by recursion, and aliases.
/// </summary>
internal sealed class BoundedParser(IParser inner) : IParser
{
    /// <summary>A rule file has four levels.</summary>
    private const int MaxDepth = 20;

    /// <summary>Less the stream and the document.</summary>
    private int _depth = -2;

    public ParsingEvent? Current => inner.Current;

    public bool MoveNext()
    {
        var moved = inner.MoveNext();
        if (!moved || Current is not { } current)
            return moved;
        _depth += current.NestingIncrease;
        if (_depth > MaxDepth)
            throw new YamlException(current.Start, current.End, $"nests deeper than {MaxDepth} levels");
        if (current is AnchorAlias)
            throw new YamlException(current.Start, current.End, "aliases are not known here: write it out");
        return true;
    }
}
