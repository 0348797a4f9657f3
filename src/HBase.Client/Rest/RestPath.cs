using System.Globalization;
using System.Text;

namespace HBase.Client.Rest;

/// <summary>
/// Keys and columns as parts of a gateway's address. Gateways before 2.6 read them as text; what is no text, or means
/// something else to them, has to go in a body, or cannot go at all.
/// </summary>
internal static class RestPath
{
    // Of the address, so that many fit in the 64 KB that a gateway takes.
    private const int MaxBytes = 2000;

    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Behind a table's name they are not rows: a delete of the row "schema" would delete the table.
    private static readonly string[] _resources = ["schema", "scanner", "exists", "regions", "multiget"];

    /// <summary>A table's own address.</summary>
    public static string Table(string name) => Uri.EscapeDataString(name);

    /// <summary>Any row that is not one of the names above: for calls that name their rows in the body.</summary>
    public static string AnyRow(string table) => Table(table) + "/row";

    /// <summary>The row's address, with columns and a timestamp if there are any; null when it has none.</summary>
    public static string? Row(string table, ReadOnlySpan<byte> row, IReadOnlyList<Column> columns, long? timestamp = null)
    {
        if (Encode(row) is not { } key) return null;
        var text = _utf8.GetString(row);
        if (text.All(c => c == '.') || _resources.Any(r => text.StartsWith(r, StringComparison.Ordinal))) return null;
        if (Encode(columns) is not { } list) return null;
        var stamp = timestamp is { } t ? "/" + t.ToString(CultureInfo.InvariantCulture) : "";
        return $"{Table(table)}/{key}{list}{stamp}";
    }

    /// <summary>The parameter of a multi-get for one row; null when it has none. It is decoded twice.</summary>
    public static string? MultiGet(Get get) =>
        get is { MinTimestamp: 0, MaxTimestamp: long.MaxValue }
        && Encode(get.Row.Span) is { } key
        && Encode(get.Columns) is { } list
            ? "row=" + Uri.EscapeDataString(key + list) : null;

    private static string? Encode(IReadOnlyList<Column> columns)
    {
        var text = new StringBuilder();
        foreach (var column in columns)
        {
            if (column.Qualifier is { Length: 0 } || Encode(RestCells.Column(column)) is not { } name) return null;
            text.Append(text.Length == 0 ? '/' : ',').Append(name);
        }

        return text.ToString();
    }

    private static string? Encode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is 0 or > MaxBytes) return null;
        try
        {
            var text = _utf8.GetString(bytes);
            return text.Any(c => char.IsControl(c) || c is '*' or ';' or '\\' or ',') ? null : Uri.EscapeDataString(text);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
