using System.Text;
using HBase.Client.Routing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace HBase.Client.Tests.Routing;

public sealed class RegionCacheTests
{
    private static readonly ServerAddress _first = new("a", 1);
    private static readonly ServerAddress _second = new("b", 2);

    [Fact]
    public void Keys_below_the_comma_find_their_region()
    {
        var cache = new RegionCache();
        byte[][] splits = [[0x00, 0x01], [0x2B], [0x2B, 0x00], [0x2C], [0x2C, 0x2C], [0x80]];
        for (var i = splits.Length; i >= 0; i--)
            cache.Add(Region(i == 0 ? [] : splits[i - 1], i == splits.Length ? [] : splits[i], 1));
        byte[][] rows = [[0x00], [0x00, 0x01], [0x10], [0x2B], [0x2B, 0x00], [0x2B, 0x2C], [0x2C], [0x2C, 0x2C], [0x7F], [0xFF]];
        foreach (var row in rows)
        {
            var region = cache.Find(row);
            Assert.NotNull(region);
            Assert.True(region.Contains(row));
        }

        Assert.Equal(splits.Length + 1, cache.Count);
    }

    [Fact]
    public void Children_of_a_split_replace_their_parent_and_a_late_parent_does_not_come_back()
    {
        var cache = new RegionCache();
        var parent = Region([], [], 1);
        cache.Add(parent);
        cache.Add(Region([], "m"u8.ToArray(), 2));
        Assert.Null(cache.Find("z"u8));
        cache.Add(Region("m"u8.ToArray(), [], 2));
        cache.Add(parent);
        Assert.Equal(2, cache.Count);
        Assert.Equal(2UL, cache.Find("z"u8)!.Id);
    }

    [Fact]
    public void A_merged_region_replaces_both()
    {
        var cache = new RegionCache();
        cache.Add(Region([], "m"u8.ToArray(), 1));
        cache.Add(Region("m"u8.ToArray(), [], 1));
        cache.Add(Region([], [], 3));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void A_stale_failure_does_not_remove_the_new_location()
    {
        var cache = new RegionCache();
        var region = Region([], [], 1);
        cache.Add(region);
        cache.Move(region, _second);
        Assert.Equal(_second, cache.Find("x"u8)!.Server);
        cache.Remove(region);
        cache.Move(region, _first);
        Assert.Equal(_second, cache.Find("x"u8)!.Server);
    }

    [Fact]
    public void What_servers_say_of_where_a_region_is_is_followed_once()
    {
        var table = new TableRoute("t");
        table.Regions.Add(Region("b"u8.ToArray(), "d"u8.ToArray(), 1));
        table.Relocate(table.Regions.Find("c"u8)!, _second, NullLogger.Instance);
        var moved = table.Regions.Find("c"u8);
        Assert.Equal(_second, moved!.Server);
        // The second one says that it is at the first: meta has to be asked.
        table.Relocate(moved, _first, NullLogger.Instance);
        Assert.Null(table.Regions.Find("c"u8));
    }

    [Fact]
    public void A_region_that_is_not_known_is_not_guessed()
    {
        var cache = new RegionCache();
        cache.Add(Region("b"u8.ToArray(), "d"u8.ToArray(), 1));
        Assert.Null(cache.Find("a"u8));
        Assert.NotNull(cache.Find("b"u8));
        Assert.NotNull(cache.Find("cz"u8));
        Assert.Null(cache.Find("d"u8));
    }

    [Fact]
    public void The_search_key_sorts_behind_every_region_that_starts_at_the_row() =>
        Assert.Equal("t,row,99999999999999", Encoding.ASCII.GetString(MetaRows.SearchKey("t"u8, "row"u8)));

    [Theory]
    [InlineData("a:1,b:2", 2)]
    [InlineData("a:1", 1)]
    [InlineData("", 0)]
    [InlineData("a", 0)]
    [InlineData("a:0", 0)]
    [InlineData("a:x,b:1", 0)]
    [InlineData("a:70000", 0)]
    public void Addresses_are_parsed(string text, int count)
    {
        Assert.Equal(count > 0, ServerAddress.TryParseList(text, out var addresses));
        if (count > 0) Assert.Equal(count, addresses!.Length);
    }

    private static Region Region(byte[] start, byte[] end, ulong id) => new("name"u8.ToArray(), start, end, id, _first);
}
