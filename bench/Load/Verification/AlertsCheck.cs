using System.Text;
using System.Text.Json;
using Load.Topics;

namespace Load.Verification;

/// <summary>Holds the alerts topic against the expectation: of each alert the last record counts.</summary>
internal static class AlertsCheck
{
    /// <summary>How many alert records there are.</summary>
    public static long Run(
        string bootstrap, string topic, Expectation expected, Differences differences, CancellationToken cancellationToken)
    {
        var last = new Dictionary<AlertKey, AlertContent>();
        var records = TopicReader.Read(
            bootstrap, topic, record => Add(last, record.Message.Key, record.Message.Value), cancellationToken);
        differences.AlertsTwice((int)records - last.Count);
        foreach (var (key, content) in expected.Alerts)
        {
            if (!last.Remove(key, out var seen))
                differences.AlertMissing(key, content);
            else if (seen != content)
                differences.AlertWrong(key, $"expected {content}, last seen {seen}");
        }

        foreach (var (key, content) in last)
            differences.AlertWrong(key, $"not expected at all: {content}");
        return records;
    }

    private static void Add(Dictionary<AlertKey, AlertContent> last, byte[] key, byte[] value)
    {
        using var json = JsonDocument.Parse(value);
        var alert = json.RootElement;
        var entity = alert.GetProperty("entity").GetString()!;
        var state = alert.GetProperty("state").GetString()!;
        if (Encoding.UTF8.GetString(key) != entity) state = $"{state}, but under the key {Encoding.UTF8.GetString(key)}";
        last[new(entity, alert.GetProperty("seq").GetInt64())] =
            new(alert.GetProperty("source_ts").GetInt64(), alert.GetProperty("value").GetDouble(), state);
    }
}
