using System.Text;
using Notifications;
using Silo.Notifying;

namespace Integration.Tests;

public sealed class AlertRecordsTests
{
    private const string Record = """
        {"id":"sensor/s1|readings/0|7|0","alert":"sensor/s1#3","entity":"s1","kind":"sensor","rule":"high","state":"firing","time":5,
        "value":91.5,"labels":{"severity":"critical","area":"n"},"message":"s1 is hot","causes":{"load":"heavy"},"site":"x"}
        """;

    [Fact]
    public void A_full_record_becomes_a_notice()
    {
        var notice = Parse(Record)!;
        Assert.Equal(("sensor/s1#3", "sensor", "s1", "high"), (notice.AlertId, notice.Kind, notice.Entity, notice.Rule));
        Assert.Equal((true, 5, 91.5, "s1 is hot"), (notice.IsFiring, notice.Time, notice.Value, notice.Message));
        Assert.Equal([new("area", "n"), new("severity", "critical")], notice.Labels);
        Assert.False(Parse(Record.Replace("firing", "resolved", StringComparison.Ordinal))!.IsFiring);
    }

    [Fact]
    public void What_a_record_may_leave_out_is_empty()
    {
        var notice = Parse("""{"alert":"a#1","entity":"e","kind":"k","rule":"r","state":"resolved","time":1}""")!;
        Assert.Equal((double.NaN, "", 0), (notice.Value, notice.Message, notice.Labels.Count));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("inactive")]
    public void Nobody_is_notified_of_what_neither_fires_nor_has_resolved(string state) =>
        Assert.Null(Parse(Record.Replace("firing", state, StringComparison.Ordinal)));

    [Theory]
    [InlineData("no JSON", "not JSON")]
    [InlineData("[]", "not a JSON object")]
    [InlineData("""{"entity":"e","value":1,"state":"firing"}""", "'alert'")]
    [InlineData("""{"alert":1,"entity":"e","kind":"k","rule":"r","state":"firing","time":1}""", "'alert' is Number")]
    [InlineData("""{"alert":"a","entity":"e","kind":"k","rule":"r","state":"firing","time":1.5}""", "'time'")]
    [InlineData("""{"alert":"a","entity":"e","kind":"k","rule":"r","state":"firing","time":1,"labels":{"a":1}}""", "label 'a'")]
    public void What_is_no_alert_is_refused_with_its_reason(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Parse(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_record_without_a_value_is_refused() =>
        Assert.Throws<FormatException>(() => AlertRecords.Parse(default));

    private static AlertNotice? Parse(string json) => AlertRecords.Parse(Encoding.UTF8.GetBytes(json));
}
