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
        var sendings = Enumerable.Range(0, 1_000).Select(_ => new Sending()).ToList();
        Assert.All(sendings, sending => Assert.Equal(ErrorCode.NoError, producer.Produce(sending)));
        producer.End(TimeSpan.Zero);

        Assert.All(sendings, sending => Assert.Equal(ErrorCode.Local_PurgeQueue, Assert.Single(sending.Errors)));
        var late = new Sending();
        Assert.Equal(ErrorCode.Local_Destroy, producer.Produce(late));
        Assert.Empty(late.Errors);
        Assert.Null(producer.FatalError());
    }

    [Fact]
    public async Task Each_output_that_is_taken_while_it_ends_is_reported()
    {
        var producer = Producer(("queue.buffering.max.messages", "10000000"));
        using var begun = new ManualResetEventSlim();
        var taken = new ConcurrentQueue<Sending>();
        var callers = Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(Call, TaskCreationOptions.LongRunning)).ToList();
        begun.Wait();
        producer.End(TimeSpan.Zero);
        await Task.WhenAll(callers);

        Assert.NotEmpty(taken);
        Assert.All(taken, sending => Assert.Single(sending.Errors));

        void Call()
        {
            for (var sending = new Sending(); producer.Produce(sending) == ErrorCode.NoError; sending = new())
            {
                taken.Enqueue(sending);
                begun.Set();
            }
        }
    }

    [Fact]
    public void A_full_queue_takes_no_more()
    {
        var producer = Producer(("queue.buffering.max.messages", "1"));
        Assert.Equal(ErrorCode.NoError, producer.Produce(new Sending()));
        Assert.Equal(ErrorCode.Local_QueueFull, producer.Produce(new Sending()));
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
        static (_, sending, error) => ((Sending)sending).Errors.Enqueue(error),
        (_, error) => _lines.Enqueue(error.Reason),
        (_, text) => _lines.Enqueue(text));

    private sealed class Sending : IOutputSending
    {
        public Output Output { get; } = new() { Id = "1", Topic = "t", Key = "k"u8.ToArray(), Value = "v"u8.ToArray() };

        public CancellationToken Stopping => CancellationToken.None;

        public ConcurrentQueue<ErrorCode> Errors { get; } = new();

        public void Sent() => throw new NotSupportedException();

        public void Failed(Exception problem) => throw new NotSupportedException();
    }
}
