using System.Text;
using Grains.Fields;
using Grains.Kinds;
using Grains.Tests.Kinds;

namespace Grains.Tests.Fields;

public sealed class EventDecoderTests
{
    private static readonly EntityKind Kind = TestKinds.Make("k", new KindOptions
    {
        Topic = "t",
        Fields =
        {
            ["x"] = new(),
            ["deep"] = new() { Path = "a.b.c" },
            ["name"] = new() { Type = FieldType.Text },
            ["open"] = new() { Type = FieldType.Boolean },
        },
        AlertFields = { ["raw"] = "r", ["inner"] = "a.b" },
    });

    [Fact]
    public void Fields_are_taken_wherever_they_are()
    {
        var e = Kind.Decode("""
            { "other": [1, {"x": 2}], "x": -1.5e2, "a": { "z": {}, "b": { "c": 7, "d": [] } }, "name": "n\u00e9\n", "open": false }
            """, 42);
        Assert.Equal((42, -150, 7, 0), (e.Time, Value(e, "x"), Value(e, "deep"), Value(e, "open")));
        Assert.Equal("né\n", Encoding.UTF8.GetString(e.Text(Kind.Fields.Find("name")!.Ordinal)));
        Assert.True(e.Has(Kind.Fields.Find("open")!.Ordinal));
        Assert.Equal("""{ "c": 7, "d": [] }""", Encoding.UTF8.GetString(e.Copy(0)));
        Assert.True(e.Copy(1).IsEmpty);
    }

    [Theory]
    [InlineData("""{"x":1,"x":2}""", 2)]
    [InlineData("""{"\u0078":3}""", 3)]
    [InlineData("""{"x":-0}""", 0)]
    [InlineData("""{"x":123456789012345678901234567890}""", 123456789012345678901234567890d)]
    [InlineData("""{"x":4.9E-324}""", double.Epsilon)]
    [InlineData("""{"x":1e-999}""", 0)]
    public void Numbers(string json, double expected) => Assert.Equal(expected, Value(Kind.Decode(json), "x"));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"x":null}""")]
    [InlineData("""{"x":1,"x":null}""")]
    [InlineData("""{"X":1}""")]
    [InlineData("""{"y":{"x":1}}""")]
    public void An_absent_field_is_absent(string json) => Assert.False(Kind.Decode(json).Has(Ordinal("x")));

    [Theory]
    [InlineData("", "the record has no value")]
    [InlineData("   ", "not JSON at byte 3")]
    [InlineData("{\"x\":1,\n\n  oops}", "not JSON at byte 11")]
    [InlineData("""{"x":01}""", "not JSON at byte 6")]
    [InlineData("""{"x":1""", "not JSON at byte 6")]
    [InlineData("""{"x":NaN}""", "not JSON at byte 5")]
    [InlineData("[1]", "expected an object, got array")]
    [InlineData("17", "expected an object, got number")]
    [InlineData("""{"x":"1"}""", "field x: expected number, got text")]
    [InlineData("""{"x":true}""", "field x: expected number, got true or false")]
    [InlineData("""{"x":[]}""", "field x: expected number, got array")]
    [InlineData("""{"a":{"b":{"c":{}}}}""", "field deep (a.b.c): expected number, got object")]
    [InlineData("""{"name":3}""", "field name: expected text, got number")]
    [InlineData("""{"open":0}""", "field open: expected true or false, got number")]
    [InlineData("""{"x":1e400}""", "field x: the number overflows")]
    [InlineData("""{"x":-1e400}""", "field x: the number overflows")]
    [InlineData("""{"x":1} {""", "trailing data at byte 8")]
    [InlineData("""{"name":"\ud800"}""", "invalid text at byte 8: an escaped surrogate has no partner")]
    public void What_is_no_event_is_refused_with_a_reason(string json, string expected)
    {
        Assert.False(Kind.Decoder.TryDecode(Encoding.UTF8.GetBytes(json), 0, Kind.Decoder.NewEvent(), out var reason));
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void Invalid_utf8_is_refused()
    {
        Assert.False(Kind.Decoder.TryDecode([.. "{\"y\":\""u8, 0xC3, 0x28, .. "\"}"u8], 0, Kind.Decoder.NewEvent(), out var reason));
        Assert.Equal("invalid UTF-8 at byte 6", reason);
    }

    [Theory]
    [InlineData("y")]
    [InlineData("a")]
    public void Nesting_ends_at_64(string property)
    {
        var good = $"{{\"{property}\":{new string('[', 63)}{new string(']', 63)}}}";
        Kind.Decode(good);
        var bad = $"{{\"{property}\":{new string('[', 64)}{new string(']', 64)}}}";
        Assert.False(Kind.Decoder.TryDecode(Encoding.UTF8.GetBytes(bad), 0, Kind.Decoder.NewEvent(), out var reason));
        Assert.Equal("nested deeper than 64 at byte 68", reason);
    }

    [Fact]
    public void A_required_field_must_be_there()
    {
        var kind = TestKinds.Make("k", new KindOptions
        {
            Topic = "t",
            Fields = { ["x"] = new() { Required = true, Path = "v.x" }, ["y"] = new() },
        });
        foreach (var json in (string[])["""{"y":1}""", """{"v":{"x":null}}""", """{"v":3}"""])
        {
            Assert.False(kind.Decoder.TryDecode(Encoding.UTF8.GetBytes(json), 0, kind.Decoder.NewEvent(), out var reason));
            Assert.Equal("missing required field x (v.x)", reason);
        }
    }

    [Fact]
    public void An_event_is_reused_without_a_trace_of_the_last()
    {
        var e = Kind.Decode("""{"x":1,"name":"n","open":true,"r":5}""");
        Assert.True(Kind.Decoder.TryDecode("{\"a\":{\"b\":{\"c\":2}}}"u8, 9, e, out _));
        Assert.Equal((9, false, false, false), (e.Time, e.Has(Ordinal("x")), e.Has(Ordinal("name")), e.Has(Ordinal("open"))));
        Assert.True(e.Text(Ordinal("name")).IsEmpty);
        Assert.True(e.Copy(1).IsEmpty);
    }

    [Fact]
    public void Numbers_are_decoded_without_allocating()
    {
        var json = """{"entity":"e17","seq":42,"ts":1795384955593,"value":51.234}"""u8.ToArray();
        var kind = TestKinds.EntityAlerts;
        var e = kind.Decoder.NewEvent();
        Assert.True(kind.Decoder.TryDecode(json, 0, e, out _));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            kind.Decoder.TryDecode(json, 0, e, out _);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static int Ordinal(string field) => Kind.Fields.Find(field)!.Ordinal;

    private static double Value(DecodedEvent e, string field)
    {
        Assert.True(e.Has(Ordinal(field)));
        return e.Value(Ordinal(field));
    }
}
