using System.Collections.Concurrent;
using Checkpointing;
using Kafka.Streaming.Outputs;
using ErrorCode = Confluent.Kafka.ErrorCode;

namespace Kafka.Streaming.Tests;

public sealed class OutputProducerTests
{
    private readonly ConcurrentQueue<string> _lines = new();

    [Fact]
    public void What_is_under_way_at_the_end_is_reported_once_and_nothing_is_taken_after_it()
    {
        var producer = Producer(("message.timeout.ms", "0"));
        var reports = Enumerable.Range(0, 1_000).Select(_ => new Report()).ToList();
        Assert.All(reports, report => Assert.Equal(ErrorCode.NoError, producer.Produce(Output(), report)));
        producer.End(TimeSpan.Zero);

        Assert.All(reports, report => Assert.Equal(ErrorCode.Local_PurgeQueue, Assert.Single(report.Errors)));
        var late = new Report();
        Assert.Equal(ErrorCode.Local_Destroy, producer.Produce(Output(), late));
        Assert.Empty(late.Errors);
        Assert.Null(producer.FatalError());
    }

    [Fact]
    public async Task Each_output_that_is_taken_while_it_ends_is_reported()
    {
        var producer = Producer(("queue.buffering.max.messages", "10000000"));
        using var begun = new ManualResetEventSlim();
        var taken = new ConcurrentQueue<Report>();
        var callers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(Call, TaskCreationOptions.LongRunning)).ToList();
        begun.Wait();
        producer.End(TimeSpan.Zero);
        await Task.WhenAll(callers);

        Assert.NotEmpty(taken);
        Assert.All(taken, report => Assert.Single(report.Errors));

        void Call()
        {
            for (var report = new Report(); producer.Produce(Output(), report) == ErrorCode.NoError; report = new())
            {
                taken.Enqueue(report);
                begun.Set();
            }
        }
    }

    [Fact]
    public void A_full_queue_takes_no_more()
    {
        var producer = Producer(("queue.buffering.max.messages", "1"));
        Assert.Equal(ErrorCode.NoError, producer.Produce(Output(), new Report()));
        Assert.Equal(ErrorCode.Local_QueueFull, producer.Produce(Output(), new Report()));
        producer.End(TimeSpan.Zero);
    }

    [Fact]
    public void What_the_client_logs_is_passed_on()
    {
        var producer = Producer(("debug", "broker"));
        producer.End(TimeSpan.FromMilliseconds(1));

        Assert.NotEmpty(_lines);
    }

    [Fact]
    public void A_wrong_setting_is_named()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Producer(("lingger.ms", "5")));

        Assert.Contains("lingger.ms", error.Message, StringComparison.Ordinal);
    }

    private OutputProducer Producer(params (string Name, string Value)[] settings) => new(
        settings.Append(("bootstrap.servers", "localhost:1")).ToDictionary(setting => setting.Item1, setting => setting.Item2),
        (_, error) => _lines.Enqueue(error.Reason),
        (_, text) => _lines.Enqueue(text));

    private static Output Output() => new() { Id = "1", Topic = "t", Key = "k"u8.ToArray(), Value = "v"u8.ToArray() };

    private sealed class Report : IDeliveryReport
    {
        public ConcurrentQueue<ErrorCode> Errors { get; } = new();

        public void Ended(ErrorCode error) => Errors.Enqueue(error);
    }
}
