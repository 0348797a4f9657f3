using System.Text;
using Grains.Kinds;
using Grains.Tests.Kinds;

namespace Grains.Tests.Fields;

public sealed class EventTimeTests
{
    [Theory]
    [InlineData("1795384955593", TimeUnit.Auto, 1795384955593)]
    [InlineData("1795384955", TimeUnit.Auto, 1795384955000)]
    [InlineData("1795384955.593", TimeUnit.Auto, 1795384955593)]
    [InlineData("99999999999", TimeUnit.Auto, 99999999999000)]
    [InlineData("100000000000", TimeUnit.Auto, 100000000000)]
    [InlineData("5000", TimeUnit.Milliseconds, 5000)]
    [InlineData("5000.9", TimeUnit.Milliseconds, 5000)]
    [InlineData("-0.5", TimeUnit.Milliseconds, -1)]
    [InlineData("5000", TimeUnit.Seconds, 5000000)]
    [InlineData("\"1970-01-01T00:00:01.5Z\"", TimeUnit.Auto, 1500)]
    [InlineData("\"1970-01-01T01:00:01+01:00\"", TimeUnit.Auto, 1000)]
    [InlineData("\"1970-01-01T00:00:01\"", TimeUnit.Auto, 1000)]
    [InlineData("\"1970-01-02\"", TimeUnit.Auto, 86400000)]
    public void A_time_is_a_number_or_text(string json, TimeUnit unit, long expected) =>
        Assert.Equal(expected, Kind(unit).Decode($"{{\"meta\":{{\"at\":{json}}}}}", 1).Time);

    [Theory]
    [InlineData("""{"meta":{"at":"yesterday"}}""", "time meta.at: neither a number of seconds in the years 1 to 9999 nor ISO 8601")]
    [InlineData("""{"meta":{"at":1e300}}""", "time meta.at: neither a number of seconds in the years 1 to 9999 nor ISO 8601")]
    [InlineData("""{"meta":{"at":[]}}""", "time meta.at: expected number or text, got array")]
    [InlineData("""{"meta":{"at":null}}""", "time meta.at: expected number or text, got null")]
    [InlineData("""{"meta":{}}""", "missing time")]
    public void What_is_no_time_is_refused(string json, string expected)
    {
        var decoder = Kind(TimeUnit.Seconds).Decoder;
        Assert.False(decoder.TryDecode(Encoding.UTF8.GetBytes(json), 1, decoder.NewEvent(), out var reason));
        Assert.Equal(expected, reason);
    }

    private static EntityKind Kind(TimeUnit unit) =>
        TestKinds.Make("k", new KindOptions { Topic = "t", TimePath = "meta.at", TimeUnit = unit });
}
