using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Notifications.Receivers;

namespace Notifications.Tests.Dispatch;

/// <param name="Alerts"><c>+s1-s2</c>: s1 fires, s2 has resolved.</param>
internal sealed record Produced(string Topic, string Key, string Alerts);

/// <summary>Takes notifications; topics fail as they are told to.</summary>
internal sealed class TestProducer : INotificationProducer
{
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task>> _faults = new();
    private readonly ConcurrentDictionary<string, Channel<Produced>> _taken = new();
    private readonly Channel<Produced> _attempts = Channel.CreateUnbounded<Produced>();

    /// <summary>Called in each attempt, before it is taken.</summary>
    public Action<Produced>? OnAttempt { get; set; }

    public void Fail(string topic, Func<CancellationToken, Task> fault) => _faults[topic] = fault;

    public void Recover(string topic) => _faults.TryRemove(topic, out _);

    public Task<Produced> NextAsync(string topic) => ReadAsync(Taken(topic));

    public Task<Produced> AttemptAsync() => ReadAsync(_attempts);

    public bool HasTaken(string topic) => Taken(topic).Reader.TryPeek(out _);

    public async Task ProduceAsync(
        string topic, string key, ReadOnlyMemory<byte> value, string idempotencyKey, CancellationToken cancellationToken)
    {
        using var json = JsonDocument.Parse(value);
        var alerts = json.RootElement.GetProperty("alerts").EnumerateArray().Select(a =>
            $"{(a.GetProperty("status").GetString() == "firing" ? '+' : '-')}{a.GetProperty("labels").GetProperty("entity")}");
        var produced = new Produced(topic, idempotencyKey, string.Concat(alerts));
        OnAttempt?.Invoke(produced);
        _attempts.Writer.TryWrite(produced);
        if (_faults.TryGetValue(topic, out var fault))
            await fault(cancellationToken);
        Taken(topic).Writer.TryWrite(produced);
    }

    private Channel<Produced> Taken(string topic) => _taken.GetOrAdd(topic, _ => Channel.CreateUnbounded<Produced>());

    private static async Task<Produced> ReadAsync(Channel<Produced> channel)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await channel.Reader.ReadAsync(limit.Token);
    }
}
