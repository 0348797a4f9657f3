using System.Text.Json;
using Grains.Alerts;

namespace Grains.Entities;

/// <summary>The firing alerts that an application's code has raised, by name, with the time each fired.</summary>
internal sealed class CodedAlerts
{
    /// <summary>When each firing alert fired, milliseconds since the Unix epoch.</summary>
    public Dictionary<string, long> Firing { get; init; } = [];

    /// <summary>The number of each firing alert: the same when it resolves, another one when it fires again.</summary>
    public Dictionary<string, long> Numbers { get; init; } = [];

    /// <summary>The number given last.</summary>
    public long LastNumber { get; set; }

    /// <summary>Fires or resolves an alert; null when that changes nothing.</summary>
    public CodedAlertChange? Change(string alert, bool fires, double value, long time)
    {
        if (fires ? !Firing.TryAdd(alert, time) : !Firing.Remove(alert)) return null;
        long number;
        if (fires) Numbers[alert] = number = ++LastNumber;
        else Numbers.Remove(alert, out number);
        return new CodedAlertChange(alert, fires, value, time, number);
    }
}

/// <summary>An alert fired or resolved.</summary>
internal readonly record struct CodedAlertChange(string Alert, bool Fires, double Value, long Time, long Number)
{
    public byte[] ToJson(string id, string kind, string entity) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            id,
            alert = AlertRecord.AlertId(kind, entity, Number),
            entity,
            kind,
            rule = Alert,
            state = Fires ? "firing" : "resolved",
            time = Time,
            value = Value,
        });
}
