using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Client.Producing;
using Grains.Interfaces;

namespace Client.Tests;

public sealed class EventProducerTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Batches_are_bounded_in_number_and_keep_the_order()
    {
        var batches = await ProduceAsync(Numbers(10_000), new ProduceOptions { BatchEvents = 64 });
        Assert.All(batches, batch => Assert.InRange(batch.Length, 1, 64));
        Assert.Equal(Enumerable.Range(0, 10_000).Select(Text), batches.SelectMany(b => b).Select(Text));
    }

    [Fact]
    public async Task Batches_are_bounded_in_bytes_but_a_large_event_goes_alone()
    {
        var events = new[] { 10, 60, 60, 500, 10, 10 }.Select(size => new ProducedEvent("k", new byte[size]));
        var batches = await ProduceAsync(events.ToAsyncEnumerable(), new ProduceOptions { BatchBytes = 100 });
        Assert.All(batches, batch => Assert.True(batch.Length == 1 || batch.Sum(e => e.Value.Length + 1) <= 100));
        Assert.Equal([10, 60, 60, 500, 10, 10], batches.SelectMany(b => b).Select(e => e.Value.Length));
    }

    [Fact]
    public async Task A_slow_source_gets_each_event_sent_at_once()
    {
        var source = Channel.CreateUnbounded<ProducedEvent>();
        var sent = Channel.CreateUnbounded<int>();
        var producing = new EventProducer(new ProduceOptions(), (batch, token) => sent.Writer.WriteAsync(batch.Count, token))
            .RunAsync(source.Reader.ReadAllAsync(), default);
        for (var i = 0; i < 3; i++)
        {
            source.Writer.TryWrite(Number(i));
            Assert.Equal(1, await sent.Reader.ReadAsync());
        }

        source.Writer.Complete();
        Assert.Equal(3, await producing);
    }

    [Fact]
    public async Task A_failed_batch_says_what_is_certain_and_sends_nothing_more()
    {
        var batches = 0;
        var error = await Assert.ThrowsAsync<ProduceException>(() => new EventProducer(
            new ProduceOptions { BatchEvents = 4 },
            (_, _) => ++batches > 2 ? throw new TimeoutException("slow") : default).RunAsync(Numbers(1_000_000), default));
        Assert.Equal(3, batches);
        Assert.InRange(error.Acknowledged, 2, 8);
        Assert.InRange(error.Unknown, 1, 4);
    }

    [Fact]
    public async Task An_error_of_the_source_comes_after_the_events_before_it()
    {
        static async IAsyncEnumerable<ProducedEvent> Broken()
        {
            yield return Number(0);
            await Task.Yield();
            throw new InvalidDataException("broken");
        }

        long acknowledged = 0;
        await Assert.ThrowsAsync<InvalidDataException>(() => new EventProducer(
            new ProduceOptions(), (_, _) => default, count => acknowledged = count).RunAsync(Broken(), default));
        Assert.Equal(1, acknowledged);
    }

    [Fact]
    public async Task Cancelling_ends_it_though_the_source_goes_on()
    {
        using var cancel = new CancellationTokenSource();
        var never = Channel.CreateUnbounded<ProducedEvent>();
        var producing = new EventProducer(new ProduceOptions(), (_, _) => default)
            .RunAsync(never.Reader.ReadAllAsync(CancellationToken.None), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => producing);
    }

    /// <summary>
    /// What one batch in flight costs when each takes 5 ms: run with GRANARY_BENCH=1. It is what several in flight could gain.
    /// </summary>
    [Fact]
    public async Task One_batch_in_flight_is_measured()
    {
        if (Environment.GetEnvironmentVariable("GRANARY_BENCH") is null)
            return;
        foreach (var pause in (int[])[0, 5, 20])
        {
            var clock = Stopwatch.StartNew();
            var count = await new EventProducer(new ProduceOptions(), async (_, token) => await Task.Delay(pause, token))
                .RunAsync(Numbers(1_000_000), default);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{pause} ms a batch: {count / clock.Elapsed.TotalSeconds:N0} events/s"));
        }
    }

    private static async Task<List<ProducedEvent[]>> ProduceAsync(
        IAsyncEnumerable<ProducedEvent> events, ProduceOptions options)
    {
        var batches = new List<ProducedEvent[]>();
        await new EventProducer(options, (batch, _) =>
        {
            batches.Add([.. batch]);
            return default;
        }).RunAsync(events, default);
        return batches;
    }

    private static IAsyncEnumerable<ProducedEvent> Numbers(int count) =>
        Enumerable.Range(0, count).Select(Number).ToAsyncEnumerable();

    private static ProducedEvent Number(int i) => new(null, Encoding.UTF8.GetBytes(Text(i)));

    private static string Text(int i) => i.ToString("D100", CultureInfo.InvariantCulture);

    private static string Text(ProducedEvent e) => Encoding.UTF8.GetString(e.Value.Span);
}
