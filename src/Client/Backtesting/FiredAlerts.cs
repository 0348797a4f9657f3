using System.Text.Json;
using Grains.Interfaces;

namespace Client.Backtesting;

/// <summary>The alerts that an entity did have, gathered from the alert changes of its history.</summary>
internal sealed class FiredAlerts(string entity)
{
    private static readonly Dictionary<string, string> _noLabels = [];

    private readonly Dictionary<string, int> _byId = [];

    /// <summary>Those that fired, in the order of the history.</summary>
    public List<BacktestAlert> Alerts { get; } = [];

    public void Add(HistoryEvent entry)
    {
        using var document = JsonDocument.Parse(entry.Json);
        var change = document.RootElement;
        var id = Text(change, "alert");
        var time = change.TryGetProperty("time", out var number) && number.TryGetInt64(out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : entry.Time;
        switch (Text(change, "state"))
        {
            case "firing" when id.Length == 0 || _byId.TryAdd(id, Alerts.Count):
                double? value = change.TryGetProperty("value", out var judged) && judged.ValueKind == JsonValueKind.Number ? judged.GetDouble() : null;
                var labels = change.TryGetProperty("labels", out var texts)
                    ? texts.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.ToString())
                    : _noLabels;
                Alerts.Add(new(AlertOrigin.History, Text(change, "rule"), entity, time, null, value, labels, Text(change, "message")));
                break;
            case "resolved" when _byId.TryGetValue(id, out var index):
                Alerts[index] = Alerts[index] with { ResolvedAt = time };
                break;
        }
    }

    private static string Text(JsonElement change, string name) =>
        change.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
