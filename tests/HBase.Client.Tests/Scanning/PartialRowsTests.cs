using HBase.Client.Scanning;
using Xunit;

namespace HBase.Client.Tests.Scanning;

public sealed class PartialRowsTests
{
    [Fact]
    public void Parts_of_a_row_are_joined_and_another_row_ends_it()
    {
        var (partial, rows) = (new PartialRows(), new List<Row>());
        partial.Add(Part("a"), isPartial: false, rows);
        partial.Add(Part("b"), isPartial: true, rows);
        partial.Add(Part("b"), isPartial: true, rows);
        Assert.Single(rows);
        partial.Add(Part("b"), isPartial: false, rows);
        partial.Add(Part("c"), isPartial: true, rows);
        partial.Add(Part("d"), isPartial: false, rows);
        Assert.Equal([1, 3, 1, 1], rows.Select(r => r.Cells.Count));
        Assert.False(partial.HasPending);
    }

    [Fact]
    public void A_pending_row_can_be_flushed_or_dropped()
    {
        var (partial, rows) = (new PartialRows(), new List<Row>());
        partial.Add(Part("a"), isPartial: true, rows);
        partial.Flush(rows);
        Assert.Single(rows);
        partial.Add(Part("b"), isPartial: true, rows);
        partial.Drop();
        partial.Flush(rows);
        Assert.Single(rows);
    }

    private static Row Part(string key) => new(
        System.Text.Encoding.UTF8.GetBytes(key), [new Cell("f"u8.ToArray(), "q"u8.ToArray(), 1, "v"u8.ToArray())]);
}
