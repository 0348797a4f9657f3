using System.Text;
using Checkpointing;
using Grains.Entities;
using Grains.Ingest;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Grains.Tests.Ingest;

public sealed class LaneDriverTests : ILaneReaders, ILaneReader, IOutputs, IEventTarget, IDisposable
{
    private static readonly Guid Activation = Guid.NewGuid();

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Output> _sent = [];
    private readonly List<Delivery> _deliveries = [];
    private readonly LaneDriver _lane;
    private Func<Delivery, ValueTask<DeliveryAnswer>> _entity;
    private Queue<FlushAnswer> _flushAnswers = new();
    private LaneAnswer _answer;

    public LaneDriverTests()
    {
        _entity = delivery => new(Answer(delivery));
        _lane = new LaneDriver(
            new LaneId("events", 3, 1), _ => this, this, this, new LaneStarts(),
            new IngestOptions { CheckpointInterval = TimeSpan.Zero }, _time, NullLogger.Instance, _stop.Token);
    }

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task An_output_that_is_refused_for_good_becomes_a_dead_letter_and_holds_up_nothing()
    {
        _entity = delivery => new(Answer(delivery, new CausedOutput(
            0, new Output { Id = "x", Topic = "refusing", Key = default, Value = new byte[100_000] })));

        await _lane.TakeAsync(Window(0));

        var letter = Assert.Single(_sent);
        Assert.Equal("events.dead-letter", letter.Topic);
        Assert.Equal("events/3/0", letter.Headers!["origin"]);
        Assert.Equal(("x", "refusing", "too large"),
            (letter.Headers["output"], letter.Headers["output-topic"], letter.Headers["reason"]));
        Assert.Equal(64 * 1024, letter.Value.Length);
        Assert.Equal(new LaneAnswer(1, 1), _answer);
    }

    [Fact]
    public async Task A_window_that_takes_long_makes_room_and_goes_on()
    {
        var hanging = new TaskCompletionSource<DeliveryAnswer>();
        _entity = _ => new(hanging.Task);

        var taking = _lane.TakeAsync(Window(0));
        Assert.False(taking.IsCompleted);
        _time.Advance(new IngestOptions().MaxWindowDuration);
        await taking;
        Assert.Equal(new LaneAnswer(1, 0), _answer);

        _entity = delivery => new(Answer(delivery));
        var next = _lane.TakeAsync(Window(1));
        Assert.Single(_deliveries);
        hanging.SetResult(Answer(_deliveries[0]));
        await next;
        Assert.Equal([0L, 1L], _deliveries.Select(delivery => delivery.Records[0].Offset));
        Assert.Equal(new LaneAnswer(2, 2), _answer);
    }

    [Fact]
    public async Task A_delivery_that_fails_is_tried_again_after_a_pause()
    {
        _entity = _ => throw new TimeoutException("no answer");
        var taking = _lane.TakeAsync(Window(0));
        Assert.Single(_deliveries);

        _entity = delivery => new(Answer(delivery));
        _time.Advance(TimeSpan.FromSeconds(1));
        await taking;
        Assert.Equal(2, _deliveries.Count);
        Assert.Equal(new LaneAnswer(1, 1), _answer);
    }

    [Fact]
    public async Task Records_come_again_when_a_flush_shows_that_the_memory_is_gone_though_no_window_follows()
    {
        _flushAnswers = new([new FlushAnswer(Guid.NewGuid(), 0)]);

        await _lane.TakeAsync(Window(0));

        Assert.Equal([0L, 0L], _deliveries.Select(delivery => delivery.Records[0].Offset));
        Assert.Equal(new LaneAnswer(1, 0), _answer);
    }

    ILaneReader? ILaneReaders.Find(Guid reader) => this;

    void ILaneReader.Answer(int lane, LaneAnswer answer) => _answer = answer;

    Task IOutputs.SendAsync(Output output, CancellationToken cancellationToken)
    {
        if (output.Topic == "refusing") throw new OutputException("too large");
        _sent.Add(output);
        return Task.CompletedTask;
    }

    ValueTask<DeliveryAnswer> IEventTarget.DeliverAsync(Delivery delivery)
    {
        _deliveries.Add(delivery);
        return _entity(delivery);
    }

    ValueTask<FlushAnswer> IEventTarget.FlushAsync(string source, long laneDurable) =>
        new(_flushAnswers.TryDequeue(out var answer) ? answer : new FlushAnswer(Activation, _deliveries.Max(delivery => delivery.Records[^1].Offset) + 1));

    ValueTask IEventTarget.ForgetAsync() => throw new NotSupportedException();

    private static DeliveryAnswer Answer(Delivery delivery, params CausedOutput[] outputs) => new()
    {
        Activation = Activation,
        Accepted = true,
        Applied = delivery.Records[^1].Offset + 1,
        Outputs = outputs,
        IsConfirmed = true,
    };

    private static Window Window(long offset) => new()
    {
        Source = "events/3/id",
        Topic = "events",
        Partition = 3,
        Lane = 1,
        Reader = Guid.Empty,
        ReaderSilo = SiloAddress.Zero,
        Start = offset == 0 ? Guid.NewGuid() : null,
        Begin = offset,
        End = offset + 1,
        Records = [new EventRecord { Offset = offset, Key = Encoding.UTF8.GetBytes("e"), Value = new byte[] { 1 } }],
    };
}
