using System.Text;

namespace Checkpointing.Tests.Exploration;

internal sealed class SimLane(World world, int index)
{
    private readonly Queue<LaneOutput<int>> _sends = new();
    private readonly List<LaneOutput<int>> _outputs = [];
    private readonly List<LaneEntity<int>> _flushes = [];
    private SimReader? _reader;
    private long _told = -1;

    public int Index { get; } = index;

    public LaneLedger<int> Ledger { get; } = new(idleLimit: 1);

    public bool IsIdle => Ledger.Held == 0 && _sends.Count == 0;

    public bool IsAlive { get; set; } = true;

    public override string ToString() => $"lane {Index}";

    public void Take(Window window, SimReader reader)
    {
        _reader = reader;
        if (world.Omits(Omitted.WindowTakesAny) && !window.IsStart && Ledger.Position >= 0)
            window = TakenAsNext(window);
        if (!Ledger.Take(window, key => key.Span[0] - 'a'))
            return;
        foreach (var refused in Ledger.TakeRefused())
            Ledger.HoldOutput(refused.Offset, SimBroker.DeadLetter(refused.Offset));
        Pump();
    }

    public void AddSends(List<Choice> into)
    {
        if (_sends.Count > 0)
            into.Add(new Choice(this, " sends", Send));
    }

    public void AddCheckpoint(List<Choice> into)
    {
        if (Ledger.Touched > 0)
            into.Add(new Choice(this, " checkpoints", Checkpoint));
    }

    public void Send()
    {
        var output = _sends.Dequeue();
        world.Broker.Append(output.Output);
        if (!world.Omits(Omitted.DurableWithoutAcknowledgement))
            world.Post(new Note(() => $"ack of {output.Output.Id} to lane {Index}", this, () => Acknowledge(output), canTimeOut: false));
    }

    public void Checkpoint()
    {
        _flushes.Clear();
        Ledger.TakeTouched(_flushes);
        foreach (var entity in _flushes)
            world.Post(new FlushCall(world, this, entity, Ledger.ReleasedOf(entity)));
    }

    public void Answered(LaneDelivery<int> delivery, DeliveryAnswer answer)
    {
        if (!IsAlive)
            return;
        Ledger.Answered(delivery, answer);
        Pump();
    }

    public void Failed(LaneDelivery<int> delivery)
    {
        if (!IsAlive)
            return;
        Ledger.Failed(delivery);
        Pump();
    }

    public void Flushed(LaneEntity<int> entity, FlushAnswer? answer)
    {
        if (!IsAlive)
            return;
        if (answer is { } flushed)
            Ledger.Flushed(entity, flushed);
        else
            Ledger.FlushFailed(entity);
        Pump();
    }

    private void Acknowledge(LaneOutput<int> output)
    {
        if (!IsAlive)
            return;
        Ledger.Acknowledged(output);
        Pump();
    }

    private void Pump()
    {
        while (Ledger.TryTakeReady(out var delivery))
            world.Post(new DeliveryCall(world, this, delivery));
        _outputs.Clear();
        Ledger.TakeOutputs(_outputs);
        foreach (var output in _outputs)
        {
            _sends.Enqueue(output);
            if (world.Omits(Omitted.DurableWithoutAcknowledgement))
                Ledger.Acknowledged(output);
        }
        if (_reader is { } reader && Ledger.Durable != _told)
        {
            _told = Ledger.Durable;
            var answer = Ledger.Answer;
            world.Post(new Note(() => $"news {answer.Position}/{answer.Durable} of lane {Index} to {reader}", this,
                () => reader.Answer(Index, answer)));
        }
    }

    private Window TakenAsNext(Window window) => new()
    {
        Source = window.Source,
        Topic = window.Topic,
        Partition = 0,
        Lane = Index,
        Reader = window.Reader,
        ReaderSilo = window.ReaderSilo,
        Begin = Ledger.Position,
        End = Math.Max(Ledger.Position, window.End),
        Records = [.. window.Records.Where(r => r.Offset >= Ledger.Position)],
    };
}

internal sealed class DeliveryCall(World world, SimLane lane, LaneDelivery<int> delivery)
    : Message(() => NameOf(delivery), lane)
{
    private SimEntity Entity => world.Entities[delivery.Entity.Tag];

    public override bool CanRun => Entity.CanTakeDelivery;

    public override void Run()
    {
        var entity = Entity;
        var answer = entity.Take(delivery.Delivery);
        var text = answer.Accepted ? "answer" : "refusal";
        world.Post(new Note(() => $"{text} of {entity} to lane {lane.Index}", lane, () => lane.Answered(delivery, answer), TimeOut));
    }

    public override void TimeOut() => lane.Failed(delivery);

    private static string NameOf(LaneDelivery<int> delivery)
    {
        var text = new StringBuilder("delivery of");
        foreach (var record in delivery.Delivery.Records)
            text.Append(' ').Append(record.Offset);
        return text.Append(" after ").Append(delivery.Delivery.After).Append(" to ").Append((char)('a' + delivery.Entity.Tag)).ToString();
    }
}

internal sealed class FlushCall(World world, SimLane lane, LaneEntity<int> entity, long released)
    : Message(() => $"flush of {(char)('a' + entity.Tag)} by lane {lane.Index}", lane)
{
    public override void Run() => world.Entities[entity.Tag].Current.Flush(this, released);

    public override void TimeOut() => lane.Flushed(entity, null);

    public void Reply(FlushAnswer? answer, string from) =>
        world.Post(new Note(() => $"{(answer is null ? "failure" : $"answer {answer.Value.Durable}")} of {from} to the {this}", lane,
            () => lane.Flushed(entity, answer), TimeOut));
}
