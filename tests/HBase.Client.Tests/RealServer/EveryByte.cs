using System.Security.Cryptography;
using Xunit;
using static HBase.Client.Tests.RealServer.RealTable;

namespace HBase.Client.Tests.RealServer;

/// <summary>Cells whose rows, qualifiers and values have every byte, alone and together, and a cell as large as may be.</summary>
internal static class EveryByte
{
    public static byte[] All { get; } = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

    public static async Task WriteAsync(ITable table)
    {
        Mutation[] puts =
        [
            .. All.Select(b => new Put(new[] { b }).Add(Family, new[] { b, b }, new[] { b, b, b }, 7)),
            new Put(All).Add(Family, All, All, 8),
        ];
        Assert.All(await table.MutateAsync(puts), Assert.Null);
    }

    /// <summary>Whether gets and a scan bring what <see cref="WriteAsync"/> has written.</summary>
    public static async Task ReadAsync(ITable table)
    {
        foreach (var b in All) await CheckAsync(table, [b], [b, b], [b, b, b], 7);
        await CheckAsync(table, All, All, All, 8);
        var keys = new List<byte[]>();
        await foreach (var row in table.ScanAsync(new Scan { Caching = 50 })) keys.Add(row.Key.ToArray());
        byte[][] expected = [[0], All, .. All[1..].Select(b => new[] { b })];
        Assert.Equal(expected, keys);
    }

    /// <summary>Whether HBase's own client reads what <see cref="WriteAsync"/> has written.</summary>
    public static async Task ReadByJavaAsync(string table)
    {
        var lines = All.Select(b => JavaClient.Line([b], "s", [b, b], 7, [b, b, b]))
            .Append(JavaClient.Line(All, "s", All, 8, All.AsSpan(0, 200))); // of a value it prints 200 bytes
        Assert.Equal(lines.Order(StringComparer.Ordinal), (await JavaClient.ScanAsync(table)).Order(StringComparer.Ordinal));
    }

    /// <summary>Writes a cell of 10 MB, which is as much as a server takes, and reads it back by two tables.</summary>
    public static async Task WriteLargeAsync(ITable table, ITable other, string row)
    {
        var value = RandomNumberGenerator.GetBytes((10 << 20) - 100);
        await table.MutateAsync(new Put(B(row)).Add(Family, Tag, value, 1));
        foreach (var reader in (ITable[])[table, other])
        {
            Assert.True((await reader.GetAsync(new Get(B(row))))!.Cells[0].Value.Span.SequenceEqual(value));
            await foreach (var scanned in reader.ScanAsync(Scan.Prefix(B(row))))
                Assert.True(scanned.Cells[0].Value.Span.SequenceEqual(value));
        }
    }

    public static async Task CheckAsync(ITable table, byte[] row, byte[] qualifier, byte[] value, long timestamp)
    {
        var cell = Assert.Single((await table.GetAsync(new Get(row) { Columns = [new(Family, qualifier)] }))!.Cells);
        Assert.Equal(qualifier, cell.Qualifier.ToArray());
        Assert.Equal(value, cell.Value.ToArray());
        Assert.Equal(timestamp, cell.Timestamp);
    }
}
