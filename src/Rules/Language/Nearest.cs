namespace Rules.Language;

/// <summary>Finds what someone may have meant.</summary>
internal static class Nearest
{
    /// <summary>"; did you mean 'x'?" when one of the names is about the given one, else nothing.</summary>
    public static string Hint(string given, IEnumerable<string> names)
    {
        var limit = Math.Max(1, given.Length / 3) + 1;
        string? best = null;
        foreach (var name in names.Order(StringComparer.Ordinal))
            if (Distance(given.ToLowerInvariant(), name.ToLowerInvariant(), limit) is var distance && distance < limit)
                (best, limit) = (name, distance);
        return best is null ? "" : $"; did you mean '{best}'?";
    }

    /// <summary>
    /// Letters to insert, drop, replace or swap with their neighbour; limited, for names may be long.
    /// </summary>
    private static int Distance(string a, string b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) >= limit || a.Length > 100)
            return limit;
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replaced, 1 + Math.Min(rows[i - 1, j], rows[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }

        return rows[a.Length, b.Length];
    }
}
