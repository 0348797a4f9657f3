using System.Text;
using System.Threading.Channels;
using Kafka.Streaming;
using Kafka.Streaming.Embedded;
using Microsoft.Extensions.Logging.Abstractions;
using Notifications;
using Silo.Configuration;
using Silo.Notifying;

namespace Integration.Tests;

public sealed class AlertReaderTests : IAsyncLifetime
{
    private const string Topic = "alerts";
    private readonly EmbeddedKafka _broker = EmbeddedKafka.Start("g");
    private readonly Channel<string> _taken = Channel.CreateUnbounded<string>();

    public ValueTask InitializeAsync()
    {
        _broker.CreateTopic(Topic, 1);
        return default;
    }

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task What_cannot_be_taken_in_is_given_again_and_what_has_been_is_not()
    {
        await ProduceAsync(Alert("a"), "broken", Alert("b"));
        var failures = 1;
        await using (Start(() => failures-- > 0))
        {
            Assert.Equal(["a", "b"], await TakenAsync(2));
        }

        await ProduceAsync(Alert("c"));
        await using (Start(() => false))
        {
            Assert.Equal(["c"], await TakenAsync(1));
        }
    }

    [Fact]
    public async Task What_is_not_taken_in_when_it_stops_comes_to_the_next_one()
    {
        await ProduceAsync(Alert("a"));
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (Start(() => tried.TrySetResult() | true))
        {
            await tried.Task;
        }

        await using (Start(() => false))
        {
            Assert.Equal(["a"], await TakenAsync(1));
        }
    }

    private Running Start(Func<bool> fails)
    {
        var reader = new AlertReader(
            new KafkaStreamOptions { BootstrapServers = _broker.BootstrapServers }, new KafkaSettings { GroupId = "g" },
            TimeProvider.System, NullLogger<AlertReader>.Instance);
        return new Running(stop => reader.RunAsync([Topic], TakeInAsync, stop));

        Task TakeInAsync(IReadOnlyList<AlertNotice> notices, CancellationToken cancellationToken)
        {
            if (notices.Count > 0 && fails()) throw new IOException("the store is away");
            foreach (var notice in notices) _taken.Writer.TryWrite(notice.Entity);
            return Task.CompletedTask;
        }
    }

    private async Task<List<string>> TakenAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await _taken.Reader.ReadAllAsync(limit.Token).Take(count).ToListAsync();
    }

    private async Task ProduceAsync(params string[] records)
    {
        foreach (var record in records) await _broker.ProduceAsync(Topic, null, Encoding.UTF8.GetBytes(record), partition: 0);
    }

    private static string Alert(string entity) =>
        $$"""{"alert":"{{entity}}#1","kind":"k","entity":"{{entity}}","rule":"r","state":"firing","time":1}""";

    /// <summary>Something that runs until it is disposed of.</summary>
    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _task;

        public Running(Func<CancellationToken, Task> run) => _task = Task.Run(() => run(_stop.Token));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _task);
            _stop.Dispose();
        }
    }
}
