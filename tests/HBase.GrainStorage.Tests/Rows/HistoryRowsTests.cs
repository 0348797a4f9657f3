using HBase.GrainStorage.Rows;

namespace HBase.GrainStorage.Tests.Rows;

public sealed class HistoryRowsTests
{
    [Fact]
    public void A_block_comes_back_from_its_cell()
    {
        foreach (var source in new[] { "", "readings/3", "a\0b", "\u0001", "ü" })
        {
            foreach (var number in new[] { long.MinValue, -1, 0, 1, long.MaxValue })
            {
                var block = new HistoryBlock(HistoryKind.Alerts, number, source, number, new byte[] { 1, 2 });
                var cell = Assert.Single(Assert.Single(HistoryRows.Puts("row"u8, [block], 7)).Cells);
                Assert.Equal(7, cell.Timestamp);
                var decoded = HistoryRows.Decode(HistoryKind.Alerts, cell);
                Assert.Equal(block with { Content = default }, decoded with { Content = default });
                Assert.Equal(block.Content.ToArray(), decoded.Content.ToArray());
            }
        }
    }

    [Fact]
    public void Cells_lie_in_the_order_of_time_source_and_offset()
    {
        (long, string, long)[] ordered =
        [
            (-1, "b", 9), (0, "a", -1), (0, "a", 2), (0, "a\0", 0), (0, "a\u0001", 0),
            (0, "aa", 0), (0, "b", 1), (1, "a", 0),
        ];
        var qualifiers = ordered
            .Select(o => Convert.ToHexString(HistoryRows.Qualifier(o.Item1, o.Item2, o.Item3))).ToList();
        Assert.Equal(qualifiers.Order(StringComparer.Ordinal), qualifiers);
    }

    [Fact]
    public void Blocks_of_an_hour_share_a_row()
    {
        HistoryBlock[] blocks =
        [
            new(HistoryKind.Events, 0, "a", 0, default), new(HistoryKind.Alerts, 3_599_999, "a", 0, default),
            new(HistoryKind.Events, 3_600_000, "a", 0, default),
        ];
        Assert.Equal([2, 1], HistoryRows.Puts("row"u8, blocks, 1).Select(put => put.Cells.Count));
    }

    [Fact]
    public void A_foreign_cell_is_refused() => Assert.Throws<FormatException>(
        () => HistoryRows.Decode(HistoryKind.Events, new Cell("h"u8.ToArray(), "short"u8.ToArray(), 1, default)));

    [Fact]
    public void An_etag_comes_back_from_its_text_and_nothing_else_does()
    {
        var version = new EntityVersion(0x0102030405060708, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
        Assert.Equal("010203040506070800112233445566778899aabbccddeeff", Etag.ToText(version));
        Assert.True(Etag.TryParse(Etag.ToText(version), out var parsed));
        Assert.Equal(version, parsed);
        Assert.False(Etag.TryParse("no etag", out _));
        Assert.False(Etag.TryParse("", out _));
        Assert.False(Etag.TryParse(Etag.ToText(version)[2..], out _));
        Assert.False(Etag.TryParse(Etag.ToText(version) + "00", out _));
        Assert.Throws<FormatException>(() => Etag.Decode([1, 2]));
    }
}
