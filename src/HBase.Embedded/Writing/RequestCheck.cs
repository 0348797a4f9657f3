using System.Text.RegularExpressions;
using HBase.Client;
using HBase.Embedded.Storage;

namespace HBase.Embedded.Writing;

/// <summary>
/// What a client refuses before anything is sent (misuse, an <see cref="ArgumentException"/>), and what a server
/// refuses (an <see cref="HBaseRefusedException"/>).
/// </summary>
internal static partial class RequestCheck
{
    /// <summary>HBase's default of <c>hbase.server.keyvalue.maxsize</c>.</summary>
    private const int MaxCellSize = 10 << 20;

    public static void TableName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Name().IsMatch(name)) throw new ArgumentException($"'{name}' is not a table's name.", nameof(name));
    }

    public static void Table(TableDescriptor descriptor)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        TableName(descriptor.Name);
        if (descriptor.Families.Count == 0)
            throw new HBaseRefusedException($"Table '{descriptor.Name}' has no column family.")
            { Table = descriptor.Name };
        foreach (var family in descriptor.Families)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(family.MaxVersions, 1);
            if (family.Name.Length == 0 || family.Name[0] == '.'
                || family.Name.Any(c => c is ':' or '/' || char.IsControl(c)))
                throw new ArgumentException($"'{family.Name}' is not a column family's name.", nameof(descriptor));
        }

        if (descriptor.Families.DistinctBy(f => f.Name).Count() != descriptor.Families.Count)
            throw new ArgumentException("A column family is named twice.", nameof(descriptor));
        for (var i = 0; i < descriptor.SplitKeys.Count; i++)
        {
            var key = descriptor.SplitKeys[i].Span;
            if (key.IsEmpty || (i > 0 && descriptor.SplitKeys[i - 1].Span.SequenceCompareTo(key) >= 0))
                throw new ArgumentException("Split keys are to be sorted, distinct and not empty.", nameof(descriptor));
        }
    }

    /// <summary>Why the server would refuse the mutation, or null.</summary>
    public static HBaseException? Refuse(TableInfo table, Mutation mutation)
    {
        if (mutation is RowMutations several)
            return several.Mutations.Select(one => Refuse(table, one)).FirstOrDefault(refusal => refusal is not null);
        if (mutation is Delete delete)
        {
            foreach (var (column, _) in delete.Columns)
                if (table.Family(column.Family.Span) is null) return table.NoFamily(column.Family.Span);

            return null;
        }

        foreach (var cell in ((Put)mutation).Cells)
        {
            if (table.Family(cell.Family.Span) is null) return table.NoFamily(cell.Family.Span);
            if (cell.Value.Length + cell.Qualifier.Length + mutation.Row.Length > MaxCellSize)
                return new HBaseRefusedException($"A cell is larger than {MaxCellSize} bytes.") { Table = table.Name };
        }

        return null;
    }

    public static long Size(Mutation mutation)
    {
        var size = 100L;
        if (mutation is RowMutations several) return size + several.Mutations.Sum(Size);
        if (mutation is not Put put) return size;
        for (var i = 0; i < put.Cells.Count; i++) size += mutation.Row.Length + put.Cells[i].Value.Length + 50;
        return size;
    }

    [GeneratedRegex(@"^([A-Za-z0-9_]+:)?[A-Za-z0-9_][A-Za-z0-9_.\-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
