using System.Text;
using Grains.Recommending;
using Recommendations.Methods;

namespace Grains.Tests.Recommending;

public sealed class CatalogueRecordTests
{
    private readonly Catalogue _known = new();

    [Fact]
    public void An_entry_has_its_attributes_and_the_time_that_it_was_first_known()
    {
        var entry = Read(null, """{"item":"tea","category":"drinks","available":false,"added":5,"price":2.5,"organic":true,"brand":"Hill","tags":[1],"x":null}""")!;
        Assert.Equal(("tea", "drinks", 5, false), (entry.Item, entry.Category, entry.Added, entry.Available));
        Assert.Equal([("brand", "Hill"), ("organic", true), ("price", 2.5)], entry.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Value)));

        var later = Read("tea", "{}", timestamp: 9)!;
        Assert.Equal(("tea", "", 9, true), (later.Item, later.Category, later.Added, later.Available));
        _known.Set(entry);
        Assert.Equal(5, Read("tea", "{}", timestamp: 9)!.Added);
    }

    [Theory]
    [InlineData(null, "{}")]
    [InlineData("", "{}")]
    [InlineData("tea", "[]")]
    [InlineData("tea", "tea")]
    [InlineData("tea", "")]
    [InlineData("tea", """{"category":7}""")]
    [InlineData("tea", """{"available":"yes"}""")]
    [InlineData("tea", """{"added":1e99}""")]
    [InlineData("tea", """{"added":"soon"}""")]
    public void What_is_none_is_a_problem(string? key, string json) => Assert.Null(Read(key, json));

    private CatalogueItem? Read(string? key, string json, long timestamp = 1)
    {
        var read = CatalogueRecord.TryRead(key, Encoding.UTF8.GetBytes(json), timestamp, _known, out var entry, out var problem);
        Assert.Equal(read, problem.Length == 0);
        return entry;
    }
}
