namespace HBase.Client.Filters;

/// <summary>What stored bytes are compared with. Bytes compare as unsigned numbers from the left.</summary>
public abstract record Comparator
{
    private protected Comparator()
    {
    }

    /// <summary>All the bytes.</summary>
    public static Comparator Binary(ReadOnlyMemory<byte> value) => new BinaryComparator(value);

    /// <summary>The first bytes, as many as are given.</summary>
    public static Comparator BinaryPrefix(ReadOnlyMemory<byte> prefix) => new BinaryPrefixComparator(prefix);

    /// <summary>The bytes as UTF-8 contain the text, whatever its case. With Equal and NotEqual only.</summary>
    public static Comparator Substring(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new SubstringComparator(text);
    }

    /// <summary>
    /// The expression is found in the bytes as UTF-8; a dot is also a line's end. With Equal and NotEqual only. Servers read it
    /// as Java's, the embedded store as .NET's, which differ in rare constructs.
    /// </summary>
    public static Comparator Regex(string pattern, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        return new RegexComparator(pattern, ignoreCase);
    }
}

internal sealed record BinaryComparator(ReadOnlyMemory<byte> Value) : Comparator;

internal sealed record BinaryPrefixComparator(ReadOnlyMemory<byte> Value) : Comparator;

internal sealed record SubstringComparator(string Text) : Comparator;

internal sealed record RegexComparator(string Pattern, bool IgnoreCase) : Comparator;
