using System.Text;
using Xunit;

namespace Checkpointing.Tests;

public sealed class LaneLedgerTests
{
    private static readonly Guid First = new(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private static readonly Guid Second = new(2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private readonly LaneLedger<string> _ledger = new();

    [Fact]
    public void A_window_is_grouped_by_entity()
    {
        Assert.True(Take(true, 0, Record(0, "a"), Record(1, "b"), Record(4, "a")));

        var deliveries = Ready();
        Assert.Equal(["a: 0 4 after -1", "b: 1 after -1"], deliveries.Select(Text));
        Assert.Equal(["a", "b"], deliveries.Select(d => d.Entity.Tag));
        Assert.Equal(new LaneAnswer(5, 0), _ledger.Answer);
    }

    [Fact]
    public void A_window_that_begins_elsewhere_changes_nothing()
    {
        Assert.False(Take(false, 0, Record(0, "a")));
        Assert.Equal(new LaneAnswer(-1, -1), _ledger.Answer);
        Assert.True(Take(true, 0, Record(0, "a")));
        Assert.False(Take(false, 2, Record(2, "a")));
        Assert.Equal(1, _ledger.Held);
    }

    [Fact]
    public void A_start_that_is_delivered_again_does_not_begin_anew()
    {
        var start = Start(0, Record(0, "a"));
        Assert.True(Take(start));
        _ledger.Answered(Ready()[0], Answer(First, Out(0, "x")));
        Assert.Single(Outputs());

        Assert.False(Take(start));
        Assert.Empty(Ready());
        Assert.Empty(Outputs());
        Assert.Equal(new LaneAnswer(1, 0), _ledger.Answer);

        Assert.True(Take(Start(0, Record(0, "a"))));
        Assert.Single(Ready());
    }

    [Fact]
    public void Records_that_come_while_a_delivery_is_in_flight_follow_its_answer()
    {
        Take(true, 0, Record(0, "a"));
        var delivery = Assert.Single(Ready());
        Take(false, 1, Record(1, "a"), Record(2, "a"));
        Assert.Empty(Ready());

        Assert.True(_ledger.Answered(delivery, Answer(First)));
        Assert.Equal("a: 1 2 after 0", Text(Assert.Single(Ready())));
    }

    [Fact]
    public void A_record_is_held_until_it_is_durable_and_its_outputs_are_acknowledged()
    {
        Take(true, 0, Record(0, "a"));
        _ledger.Answered(Ready()[0], Answer(First, Out(0, "x")));
        var sent = Assert.Single(Outputs());
        var touched = Assert.Single(Touched());
        _ledger.Flushed(touched, new FlushAnswer(First, 1));
        Assert.Equal(0, _ledger.Durable);

        Assert.True(_ledger.Acknowledged(sent));
        Assert.Equal(1, _ledger.Durable);
        Assert.Equal(0, _ledger.Held);
        Assert.Equal(0, _ledger.HeldBytes);
        Assert.False(_ledger.Acknowledged(sent));
    }

    [Fact]
    public void An_acknowledgement_from_before_a_rollback_does_not_count_for_the_same_output_after_it()
    {
        Take(true, 0, Record(0, "a"));
        _ledger.Answered(Ready()[0], Answer(First, Out(0, "x")));
        var early = Assert.Single(Outputs());
        _ledger.Flushed(Assert.Single(Touched()), new FlushAnswer(Second, 0));
        _ledger.Answered(Assert.Single(Ready()), Answer(Second, Out(0, "other")));
        Assert.Single(Outputs());
        _ledger.Flushed(Assert.Single(Touched()), new FlushAnswer(First, 1));
        _ledger.Answered(Assert.Single(Ready()), Answer(First, Out(0, "x")));

        Assert.False(_ledger.Acknowledged(early));
        _ledger.Flushed(Assert.Single(Touched()), new FlushAnswer(First, 1));
        Assert.Equal(0, _ledger.Durable);
        Assert.True(_ledger.Acknowledged(Assert.Single(Outputs())));
        Assert.Equal(1, _ledger.Durable);
        Assert.False(_ledger.Acknowledged(early));
    }

    [Fact]
    public void A_flush_does_not_make_durable_what_is_not_answered()
    {
        Take(true, 0, Record(0, "a"));
        _ledger.Answered(Ready()[0], Answer(First));
        Take(false, 1, Record(1, "a"));
        var second = Assert.Single(Ready());
        _ledger.Flushed(Assert.Single(Touched()), new FlushAnswer(First, 2));
        Assert.Equal(1, _ledger.Durable);

        _ledger.Answered(second, Answer(First, Out(1, "x")));
        Assert.Single(Outputs());
        Assert.Equal(1, _ledger.Held);
    }

    [Fact]
    public void A_dead_letter_holds_its_record_until_it_is_acknowledged()
    {
        Take(true, 0, new EventRecord { Offset = 0, Problem = "no key" });
        Assert.Empty(Ready());
        var refused = Assert.Single(_ledger.TakeRefused());
        _ledger.HoldOutput(refused.Offset, Out(0, "dead").Output);
        _ledger.HoldOutput(refused.Offset, Out(0, "dead").Output);
        Assert.Equal(0, _ledger.Durable);
        _ledger.Acknowledged(Assert.Single(Outputs()));
        Assert.Equal(1, _ledger.Durable);
    }

    [Fact]
    public void What_is_answered_to_an_earlier_start_changes_nothing()
    {
        Take(true, 0, Record(0, "a"));
        var early = Assert.Single(Ready());
        Take(true, 0, Record(0, "a"));
        Assert.False(_ledger.Answered(early, Answer(First, Out(0, "x"))));
        _ledger.Flushed(early.Entity, new FlushAnswer(First, 1));
        Assert.Empty(Outputs());
        Assert.Equal(new LaneAnswer(1, 0), _ledger.Answer);
        Assert.NotEqual(early.Delivery.Start, Assert.Single(Ready()).Delivery.Start);
    }

    [Fact]
    public void A_steady_lane_allocates_little_for_each_record()
    {
        const int Entities = 1000, PerWindow = 10_000;
        var keys = Enumerable.Range(0, Entities).Select(i => Encoding.ASCII.GetBytes($"entity-{i}")).ToArray();
        var position = 0L;
        for (var round = 0; round < 3; round++)
            Round(ref position, keys, PerWindow);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Round(ref position, keys, PerWindow);
        var perRecord = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)PerWindow;

        // The window itself and the copy in the delivery are 56 bytes a record each; then there is a delivery for every ten.
        Assert.InRange(perRecord, 0, 300);
        Assert.Equal(0, _ledger.Held);
        Assert.Equal(position, _ledger.Durable);
    }

    private void Round(ref long position, byte[][] keys, int count)
    {
        var records = new EventRecord[count];
        for (var i = 0; i < count; i++)
            records[i] = new EventRecord { Offset = position + i, Key = keys[i % keys.Length] };
        Take(position == 0, position, records);
        position += count;
        foreach (var delivery in Ready())
            _ledger.Answered(delivery, Answer(First));
        foreach (var entity in Touched())
            _ledger.Flushed(entity, new FlushAnswer(First, position));
    }

    private static EventRecord Record(long offset, string key) => new() { Offset = offset, Key = Encoding.ASCII.GetBytes(key) };

    private static CausedOutput Out(long offset, string content) =>
        new(offset, new Output { Id = $"{offset}", Topic = "out", Key = default, Value = Encoding.ASCII.GetBytes(content) });

    private static DeliveryAnswer Answer(Guid activation, params CausedOutput[] outputs) =>
        new() { Activation = activation, Accepted = true, Applied = 0, Outputs = outputs, IsConfirmed = true };

    private static string Text(LaneDelivery<string> delivery) =>
        $"{Encoding.ASCII.GetString(delivery.Entity.Key.Span)}: {string.Join(" ", delivery.Delivery.Records.Select(r => r.Offset))}"
        + $" after {delivery.Delivery.After}";

    private static Window Start(long begin, params EventRecord[] records) => Window(Guid.NewGuid(), begin, records);

    private static Window Window(Guid? start, long begin, EventRecord[] records) => new()
    {
        Source = "topic/0",
        Topic = "topic",
        Partition = 0,
        Lane = 0,
        Reader = default,
        ReaderSilo = SiloAddress.Zero,
        Start = start,
        Begin = begin,
        End = records.Length == 0 ? begin : records[^1].Offset + 1,
        Records = records,
    };

    private bool Take(bool isStart, long begin, params EventRecord[] records) =>
        Take(Window(isStart ? Guid.NewGuid() : null, begin, records));

    private bool Take(Window window) => _ledger.Take(window, key => Encoding.ASCII.GetString(key.Span));

    private List<LaneDelivery<string>> Ready()
    {
        var ready = new List<LaneDelivery<string>>();
        while (_ledger.TryTakeReady(out var delivery))
            ready.Add(delivery);
        return ready;
    }

    private List<LaneOutput<string>> Outputs()
    {
        var outputs = new List<LaneOutput<string>>();
        _ledger.TakeOutputs(outputs);
        return outputs;
    }

    private List<LaneEntity<string>> Touched()
    {
        var touched = new List<LaneEntity<string>>();
        _ledger.TakeTouched(touched);
        return touched;
    }
}
