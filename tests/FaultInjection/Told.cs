using System.Net;
using System.Text.Json;
using Notifications.Tests.Receivers;

namespace FaultInjection;

/// <summary>What a webhook has been told of entities, each of which is a group of its own.</summary>
internal sealed class Told
{
    private readonly Dictionary<(string Entity, string Status), Dictionary<string, string>> _bodies = [];

    /// <summary>Calls that were answered with an error, and have to come again.</summary>
    public int Refused { get; private set; }

    /// <summary>Calls that came again after they had been answered: with the same key and content.</summary>
    public int Again { get; private set; }

    /// <summary>Calls with the key of an earlier one, but not its content.</summary>
    public int Changed { get; private set; }

    /// <summary>Tellings of the same under another key.</summary>
    public int Twice => _bodies.Values.Sum(keys => keys.Count - 1);

    public bool Has(string entity, string status) => _bodies.ContainsKey((entity, status));

    public void Add(HttpCall call)
    {
        if (call.Answer != HttpStatusCode.OK)
        {
            Refused++;
            return;
        }

        using var json = JsonDocument.Parse(call.Text);
        var (key, status) = (call.Headers["Idempotency-Key"], json.RootElement.GetProperty("status").GetString()!);
        foreach (var alert in json.RootElement.GetProperty("alerts").EnumerateArray())
        {
            var entity = alert.GetProperty("labels").GetProperty("entity").GetString()!;
            if (!_bodies.TryGetValue((entity, status), out var keys)) _bodies.Add((entity, status), keys = []);
            if (keys.TryAdd(key, call.Text)) continue;
            if (keys[key] == call.Text) Again++;
            else Changed++;
        }
    }
}
