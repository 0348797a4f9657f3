using System.Text;
using Checkpointing;
using Grains.Entities;
using Grains.Ingest;
using Grains.Timers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Grains.Tests.Ingest;

public sealed class LaneDriverTests : ILaneReaders, ILaneReader, IOutputs, IEventTarget, IDisposable
{
    private static readonly Guid Activation = Guid.NewGuid();

    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Output> _sent = [];
    private readonly List<IOutputSending> _later = [];
    private readonly List<Delivery> _deliveries = [];
    private readonly LaneDriver _lane;
    private Func<Delivery, ValueTask<DeliveryAnswer>> _entity;
    private Queue<FlushAnswer> _flushAnswers = new();
    private readonly DueInbox _inbox = new();
    private readonly LaneTurns _turns = new(Options.Create(new IngestOptions { MaxWorkingLanes = 1 }));
    private readonly List<TimePassed> _passed = [];
    private Func<TimePassed, ValueTask<TimeAnswer>> _timer = _ => new(new TimeAnswer(true, DueTimes.None));
    private LaneAnswer _answer;
    private LaneClock _clock;

    public LaneDriverTests()
    {
        _entity = delivery => new(Answer(delivery));
        _lane = NewLane();
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
    public async Task What_the_clients_threads_say_of_outputs_is_taken_in_the_lanes_turns()
    {
        const int count = 1000;
        var turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        _entity = delivery => new(Answer(delivery, [.. Enumerable.Range(0, count).Select(i => new CausedOutput(
            delivery.Records[0].Offset, new Output { Id = $"{i}", Topic = "later", Key = default, Value = default }))]));
        var lane = await InTurnsAsync(() => Task.FromResult(NewLane()));
        await InTurnsAsync(() => TakeAsync(lane, Window(0)));
        Assert.Equal((count, new LaneAnswer(1, 0)), (_later.Count, _answer));

        Parallel.ForEach(_later.ToArray(), sending => sending.Sent());
        await InTurnsAsync(() => TakeAsync(lane, Window(1)));

        Assert.Equal(new LaneAnswer(2, 1), _answer);

        Task<T> InTurnsAsync<T>(Func<Task<T>> action) =>
            Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.None, turns).Unwrap();
        static async Task<bool> TakeAsync(LaneDriver lane, Window window)
        {
            await lane.TakeAsync(window);
            return true;
        }
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
    public async Task A_lane_waits_while_others_have_all_turns()
    {
        Assert.True(_turns.TryBegin());
        var taking = _lane.TakeAsync(Window(0));
        Assert.Empty(_deliveries);
        Assert.False(taking.IsCompleted);

        _turns.End();
        await taking;

        Assert.Single(_deliveries);
        Assert.Equal(new LaneAnswer(1, 1), _answer);
        Assert.True(_turns.TryBegin());
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

    [Fact]
    public async Task An_entity_is_told_the_time_once_its_timer_is_due()
    {
        _entity = delivery => new(Answer(delivery, new DueTimes(1_000, DueTimes.Never)));
        _clock = new(999, IsCaughtUp: false, Version: 0);
        await _lane.TakeAsync(Window(0));
        Assert.Empty(_passed);

        _clock = new(1_000, IsCaughtUp: false, Version: 0);
        _entity = delivery => new(Answer(delivery));
        await _lane.TakeAsync(Window(1, "other"));

        // Its record is durable, so that another activation would know it.
        Assert.Equal(("events/3/id", Delivery.None, new DueTimes(1_000, 0)), Seen(Assert.Single(_passed)));
    }

    [Fact]
    public async Task An_entity_that_has_records_on_their_way_is_not_told_the_time()
    {
        _clock = new(500, IsCaughtUp: false, Version: 0);
        _entity = delivery => new(Answer(delivery, new DueTimes(1_000, DueTimes.Never)));
        await _lane.TakeAsync(Window(0));
        var hanging = new TaskCompletionSource<DeliveryAnswer>();
        _entity = _ => new(hanging.Task);
        _clock = new(2_000, IsCaughtUp: false, Version: 0);
        var taking = _lane.TakeAsync(Window(1));
        _time.Advance(new IngestOptions().MaxWindowDuration);
        await taking;
        Assert.Empty(_passed);

        hanging.SetResult(Answer(_deliveries[^1], new DueTimes(3_000, DueTimes.Never)));
        _clock = new(3_000, IsCaughtUp: false, Version: 0);
        _entity = delivery => new(Answer(delivery));
        await _lane.TakeAsync(Window(2, "other"));
        Assert.Equal(3_000, Assert.Single(_passed).Until.EventTime);
    }

    [Fact]
    public async Task What_a_scan_finds_waits_for_its_time_and_the_wall_clock_for_the_backlog()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        _inbox.Put(nameof(TimerScan), [(this, new(new EntityId("k", "found"), "events/3/id", new DueTimes(DueTimes.Never, now - 5)))]);
        _clock = new(1, IsCaughtUp: false, Version: 0);
        await _lane.TakeAsync(Window(0));
        Assert.Empty(_passed);

        _clock = new(1, IsCaughtUp: true, Version: 0);
        await _lane.TakeAsync(Window(1));
        Assert.Equal(now, Assert.Single(_passed).Until.WallClock);
    }

    [Fact]
    public async Task A_timer_that_could_not_be_run_is_tried_again_after_a_pause()
    {
        _clock = new(1_000, IsCaughtUp: false, Version: 0);
        _timer = _ => throw new TimeoutException("no answer");
        _inbox.Put(nameof(TimerScan), [(this, new(new EntityId("k", "e"), "events/3/id", new DueTimes(10, DueTimes.Never)))]);
        await _lane.TakeAsync(Window(0));
        Assert.Single(_passed);

        _timer = _ => new(new TimeAnswer(true, DueTimes.None));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, _passed.Count);
        _time.Advance(TimeSpan.FromSeconds(10));
        await _lane.TakeAsync(Window(1));
        Assert.Equal(2, _passed.Count);
    }

    private LaneDriver NewLane() => new(
        new LaneId("events", 3, 1), _ => new(default, this, new ActiveEntities()), this, this, new LaneStarts(), _turns, _inbox, () => true,
        new IngestOptions { CheckpointInterval = TimeSpan.Zero }, _time, NullLogger.Instance, _stop.Token);

    private static (string Source, long After, DueTimes Until) Seen(TimePassed passed) => (passed.Source, passed.After, passed.Until);

    ILaneReader? ILaneReaders.Find(Guid reader) => this;

    IReadOnlyCollection<ILaneReader> ILaneReaders.All => [this];

    string ILaneReader.Source => "events/3/id";

    string ILaneReader.Topic => "events";

    LaneClock ILaneReader.Clock => _clock;

    LaneClock ILaneReader.ClockOf(int lane, long position) => _clock;

    int ILaneReader.LaneOf(ReadOnlySpan<byte> key) => 1;

    void ILaneReader.Wake(int lane)
    {
    }

    void ILaneReader.Answer(int lane, LaneAnswer answer) => _answer = answer;

    void IOutputs.Send(IOutputSending sending)
    {
        if (sending.Output.Topic == "refusing")
        {
            sending.Failed(new OutputException("too large"));
            return;
        }

        if (sending.Output.Topic == "later")
        {
            _later.Add(sending);
            return;
        }

        _sent.Add(sending.Output);
        sending.Sent();
    }

    ValueTask<DeliveryAnswer> IEventTarget.DeliverAsync(Delivery delivery)
    {
        _deliveries.Add(delivery);
        return _entity(delivery);
    }

    ValueTask<FlushAnswer> IEventTarget.FlushAsync(string source, long released) =>
        new(_flushAnswers.TryDequeue(out var answer) ? answer : new FlushAnswer(Activation, _deliveries.Max(delivery => delivery.Records[^1].Offset) + 1));

    ValueTask<TimeAnswer> IEventTarget.PassTimeAsync(TimePassed passed)
    {
        _passed.Add(passed);
        return _timer(passed);
    }

    ValueTask IEventTarget.ForgetAsync() => throw new NotSupportedException();

    private static DeliveryAnswer Answer(Delivery delivery, params CausedOutput[] outputs) => new()
    {
        Activation = Activation,
        Accepted = true,
        Applied = delivery.Records[^1].Offset + 1,
        Outputs = outputs,
        IsConfirmed = true,
    };

    private static DeliveryAnswer Answer(Delivery delivery, DueTimes due) => new()
    {
        Activation = Activation,
        Accepted = true,
        Applied = delivery.Records[^1].Offset + 1,
        Outputs = [],
        IsConfirmed = true,
        Due = due,
    };

    private static Window Window(long offset, string key = "e") => new()
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
        Records = [new EventRecord { Offset = offset, Key = Encoding.UTF8.GetBytes(key), Value = new byte[] { 1 } }],
    };
}
