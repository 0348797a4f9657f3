namespace Checkpointing.Tests.Exploration;

/// <summary>Something that the rules promise has not been kept.</summary>
internal sealed class ViolationException(string message) : Exception(message);

/// <summary>A rule that the simulated drivers leave out.</summary>
internal enum Omitted
{
    Nothing,
    RowUnconditional,
    RowAnswersMemory,
    RowSameWriter,
    WindowTakesAny,
    WindowCacheForgets,
    AfterAcceptsAll,
    OutboxReturnsNothing,
    OutboxForgetsFlushed,
    DurableOfAnyActivation,
    DurableWithoutAcknowledgement,
    CommitFetched,
    CommandLetsDeliveriesPass,
    Confirm,
}

/// <summary>A record of the simulated partition: its outputs, true for those to be sent when durable; null for a bad one.</summary>
internal sealed record SimRecord(long Offset, int Lane, int Entity, bool[]? Outputs);

internal sealed record Scenario(int Lanes, int Entities, SimRecord[] Records, int[] Commands, int Faults, Omitted Omitted = Omitted.Nothing)
{
    public long End => Records.Length == 0 ? 0 : Records[^1].Offset + 1;
}

/// <summary>Something that can happen next.</summary>
internal readonly record struct Choice(object Subject, string Verb, Action Run, bool IsLate = false)
{
    public override string ToString() => $"{Subject}{Verb}";
}

/// <summary>
/// A partition, readers, lanes, entities, a store and a broker that say everything to each other in messages. What happens next
/// is the caller's choice among <see cref="Choices"/> and <see cref="TimeOuts"/> and <see cref="Losses"/>.
/// </summary>
internal sealed class World
{
    public const string Source = "topic/0";

    private readonly List<Message> _messages = [];
    private int _guids;
    private int _names;

    public World(Scenario scenario)
    {
        Scenario = scenario;
        Store = new SimStore(this);
        Broker = new SimBroker(this);
        Lanes = new SimLane[scenario.Lanes];
        for (var i = 0; i < Lanes.Length; i++)
            Lanes[i] = new SimLane(this, i);
        Entities = new SimEntity[scenario.Entities];
        for (var i = 0; i < Entities.Length; i++)
            Entities[i] = new SimEntity(this, i);
        Commands = [.. scenario.Commands.Select((entity, i) => new SimCommand(this, entity, $"c{i}"))];
        Readers.Add(new SimReader(this));
    }

    public Scenario Scenario { get; }

    public SimStore Store { get; }

    public SimBroker Broker { get; }

    public SimLane[] Lanes { get; }

    public SimEntity[] Entities { get; }

    public SimCommand[] Commands { get; }

    public List<SimReader> Readers { get; } = [];

    public long Committed { get; private set; }

    public bool IsFinished =>
        Committed == Scenario.End && Array.TrueForAll(Commands, c => c.IsAnswered) && _messages.TrueForAll(m => m.IsOrphan);

    public bool Omits(Omitted rule) => Scenario.Omitted == rule;

    public Guid NewGuid() => new(++_guids, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public int NewNumber() => ++_names;

    public void Post(Message message) => _messages.Add(message);

    /// <summary>What goes on without a fault, the most natural first.</summary>
    public void Choices(List<Choice> into)
    {
        foreach (var message in _messages)
        {
            if (!message.IsOrphan && message.CanRun)
                into.Add(new Choice(message, "", () => Run(message)));
        }
        foreach (var lane in Lanes)
            lane.AddSends(into);
        foreach (var entity in Entities)
            entity.AddSends(into);
        foreach (var reader in Readers)
            reader.AddChoices(into);
        foreach (var command in Commands)
            command.AddChoices(into);
        foreach (var lane in Lanes)
            lane.AddCheckpoint(into);
        foreach (var message in _messages)
        {
            if (message.IsOrphan && message.CanRun)
                into.Add(new Choice(message, " (late)", () => Run(message), IsLate: true));
        }
        // The last resort, so that a schedule that always takes the first choice ends.
        foreach (var reader in Readers)
            reader.AddProbes(into);
    }

    public void TimeOuts(List<Choice> into)
    {
        foreach (var message in _messages)
        {
            if (!message.IsOrphan && message.CanTimeOut)
                into.Add(new Choice(message, " times out", () => TimeOut(message)));
        }
    }

    public void Losses(List<Choice> into)
    {
        foreach (var lane in Lanes)
            into.Add(new Choice(lane, " is lost", () => LoseLane(lane.Index)));
        foreach (var entity in Entities)
            entity.AddFaults(into);
        if (Readers.Count < 2)
            into.Add(new Choice("another reader", " starts", () => Readers.Add(new SimReader(this))));
        if (Readers.Count == 2)
            into.Add(new Choice(Readers[0], " stops", () => Stop(Readers[0])));
        into.Add(new Choice("all", " crash", Crash));
    }

    public void Commit(long offset)
    {
        foreach (var record in Scenario.Records)
        {
            if (record.Offset < offset && !Broker.HasAllOf(record))
                throw new ViolationException($"{offset} is committed, but {record.Offset} is not durable with its outputs");
        }
        Committed = offset;
    }

    public void CheckEnd()
    {
        Store.CheckAllApplied();
        Broker.CheckLast();
        foreach (var command in Commands)
            command.Check();
    }

    public void LoseLane(int lane)
    {
        Lanes[lane].IsAlive = false;
        Lanes[lane] = new SimLane(this, lane);
        _messages.RemoveAll(m => !m.IsOrphan && m.Sender is SimLane { IsAlive: false } && !Orphaned(m));
    }

    public void Stop(SimReader reader)
    {
        reader.IsAlive = false;
        Readers.Remove(reader);
        _messages.RemoveAll(m => !m.IsOrphan && m.Sender == reader && !Orphaned(m));
    }

    /// <summary>Late messages that never arrive.</summary>
    public void DropLate() => _messages.RemoveAll(m => m.IsOrphan);

    public void Run(Message message)
    {
        _messages.Remove(message);
        message.Run();
    }

    public void TimeOut(Message message)
    {
        if (!Orphaned(message))
            _messages.Remove(message);
        message.TimeOut();
    }

    public void Crash()
    {
        foreach (var reader in Readers.ToArray())
            Stop(reader);
        for (var i = 0; i < Lanes.Length; i++)
            LoseLane(i);
        foreach (var entity in Entities)
            entity.LoseAll();
        Readers.Add(new SimReader(this));
    }

    /// <summary>Whether a message whose sender does not wait for it any more may still arrive.</summary>
    private static bool Orphaned(Message message) => message.IsOrphan = message.MayBeLate;
}

/// <summary>A message under way; for a call, its request or its answer.</summary>
internal abstract class Message(Func<string> name, object? sender)
{
    /// <summary>Who waits for its outcome; when it is lost, so is its interest.</summary>
    public object? Sender { get; } = sender;

    /// <summary>Nobody waits for it any more; it may arrive all the same.</summary>
    public bool IsOrphan { get; set; }

    public override string ToString() => name();

    public virtual bool CanRun => true;

    public virtual bool CanTimeOut => true;

    /// <summary>Whether it may arrive after its time-out.</summary>
    public virtual bool MayBeLate => true;

    public abstract void Run();

    /// <summary>Tells the sender that there is no answer.</summary>
    public virtual void TimeOut()
    {
    }
}

/// <summary>A message without more to it.</summary>
internal sealed class Note(Func<string> name, object? sender, Action run, Action? timeOut = null, bool canTimeOut = true) : Message(name, sender)
{
    public override bool CanTimeOut => canTimeOut;

    public override bool MayBeLate => false;

    public override void Run() => run();

    public override void TimeOut() => timeOut?.Invoke();
}
