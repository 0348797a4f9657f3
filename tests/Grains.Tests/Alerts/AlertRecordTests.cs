using System.Text;
using Grains.Alerts;
using Grains.Kinds;
using Grains.Tests.Kinds;

namespace Grains.Tests.Alerts;

public sealed class AlertRecordTests
{
    [Fact]
    public void The_benchmark_job_writes_what_its_peers_write()
    {
        const string json = """{"entity":"e17","seq":42,"ts":1795384955593,"value":101.234}""";
        Assert.Equal(
            """{"entity":"e17","seq":42,"source_ts":1795384955593,"value":101.234,"state":"firing"}""",
            Encode(TestKinds.EntityAlerts, json, "o1"));
    }

    [Fact]
    public void A_full_record_says_all()
    {
        var options = TestKinds.WithFields(("x", FieldType.Number));
        options.AlertFields = new() { ["seq"] = "meta.seq", ["who"] = "who" };
        var kind = TestKinds.Make("k", options, """
            kind: k
            rules:
              - { name: high, when: x > 90, labels: { b: "2", a: "ü<" }, message: "{{ entity }} \"at\" {{ x }}" }
            """);
        Assert.Equal(
            """{"id":"o1","alert":"k/e17#1","entity":"e17","kind":"k","rule":"high","state":"firing","time":5,"value":91,"labels":"""
            + """{"a":"ü<","b":"2"},"message":"e17 \"at\" 91","causes":{"x":"91"},"version":0,"seq":7,"who":"a\nb"}""",
            Encode(kind, """{"t":5,"x":91.0,"meta":{"seq":7},"who":"a\nb"}""", "o1"));
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("42.0", "42")]
    [InlineData("4.2e1", "42")]
    [InlineData("-1E3", "-1000")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("42.5", "42.5")]
    [InlineData("1e300", "1e300")]
    [InlineData("\"4.0e\"", "\"4.0e\"")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("[1.0]", "[1.0]")]
    public void A_copied_number_is_an_integer_when_it_is_one(string given, string expected)
    {
        var options = TestKinds.EntityAlertsOptions;
        options.AlertFields = new() { ["copy"] = "c" };
        var kind = TestKinds.Make("entity", options, "kind: entity\nrules:\n  - { name: high, when: value > 90 }\n");
        Assert.Equal($$"""{"entity":"e17","copy":{{expected}},"value":91,"state":"firing"}""",
            Encode(kind, $$"""{"ts":1,"value":91,"c":{{given}} }""", "o1"));
    }

    private static string Encode(EntityKind kind, string json, string id)
    {
        var e = kind.Decode(json);
        var change = Assert.Single(kind.Judge(kind.NewState(), "e17", e));
        return Encoding.UTF8.GetString(AlertRecord.Encode(kind, id, "e17", change, e));
    }
}
