namespace Checkpointing.Tests.Exploration;

internal sealed class SimReader
{
    private readonly World _world;
    private static readonly string[] _sends = [" sends a window to lane 0", " sends a window to lane 1"];
    private static readonly string[] _probes = [" probes lane 0", " probes lane 1"];
    private readonly PartitionLedger _ledger;
    private readonly bool[] _isBusy;
    private readonly int _number;
    private readonly Guid _id;
    private int _next;
    private long _committed;

    public SimReader(World world)
    {
        _world = world;
        _id = world.NewGuid();
        _number = world.NumberReader();
        _committed = world.Committed;
        _ledger = new PartitionLedger(world.Scenario.Lanes, _committed);
        _isBusy = new bool[world.Scenario.Lanes];
        _next = Array.FindIndex(world.Scenario.Records, r => r.Offset >= _committed);
        if (_next < 0)
            _next = world.Scenario.Records.Length;
    }

    public bool IsAlive { get; set; } = true;

    public override string ToString() => $"reader {_number}";

    public void AddChoices(List<Choice> into)
    {
        if (_next < _world.Scenario.Records.Length)
            into.Add(new Choice(this, " fetches", Fetch));
        for (var lane = 0; lane < _isBusy.Length; lane++)
        {
            var l = lane;
            if (!_isBusy[l] && _ledger.HasMore(l))
                into.Add(new Choice(this, _sends[l], () => Send(l)));
        }
        var committable = _world.Omits(Omitted.CommitFetched) ? _ledger.Fetched : _ledger.Committable;
        if (committable > _committed || committable > _world.Committed)
            into.Add(new Choice(this, " commits", () => Commit(committable)));
    }

    public void AddProbes(List<Choice> into)
    {
        for (var lane = 0; lane < _isBusy.Length; lane++)
        {
            var l = lane;
            if (!_isBusy[l] && !_ledger.HasMore(l) && _ledger.AwaitsDurable(l))
                into.Add(new Choice(this, _probes[l], () => Send(l)));
        }
    }

    public void Fetch()
    {
        var record = _world.Scenario.Records[_next++];
        _ledger.Add(record.Lane, new EventRecord
        {
            Offset = record.Offset,
            Key = record.Outputs is null ? default : new[] { (byte)('a' + record.Entity) },
            Problem = record.Outputs is null ? "bad" : null,
        });
        if (_next == _world.Scenario.Records.Length)
            _ledger.AdvanceTo(_world.Scenario.End);
    }

    public void Send(int lane)
    {
        _isBusy[lane] = true;
        var plan = _ledger.TakeWindow(lane, 2, long.MaxValue);
        var window = new Window
        {
            Source = World.Source,
            Topic = "topic",
            Partition = 0,
            Lane = lane,
            Reader = _id,
            ReaderSilo = SiloAddress.Zero,
            Start = plan.IsStart ? Guid.NewGuid() : null,
            Begin = plan.Begin,
            End = plan.End,
            Records = plan.Records,
        };
        _world.Post(new WindowCall(_world, this, window));
    }

    public void Answer(int lane, LaneAnswer answer)
    {
        if (!IsAlive)
            return;
        if (_world.Omits(Omitted.WindowCacheForgets))
            answer = answer with { Durable = answer.Position };
        _ledger.Answer(lane, answer);
    }

    public void End(int lane) => _isBusy[lane] = false;

    private void Commit(long offset)
    {
        _committed = offset;
        _world.Post(new Note(() => $"commit of {offset} by {this}", this, () => _world.Commit(offset)));
    }
}

/// <summary>A window on its way to a lane.</summary>
internal sealed class WindowCall(World world, SimReader reader, Window window)
    : Message(() => $"{(window.IsStart ? "start" : "window")} [{window.Begin},{window.End}) of {reader} for lane {window.Lane}", reader)
{
    private bool _hasEnded;

    public override void Run()
    {
        var lane = world.Lanes[window.Lane];
        lane.Take(window, reader);
        var answer = lane.Ledger.Answer;
        world.Post(new Note(() => $"answer {answer.Position}/{answer.Durable} of lane {window.Lane} to {reader}", reader, () =>
        {
            reader.Answer(window.Lane, answer);
            TimeOut();
        }, TimeOut));
    }

    public override void TimeOut()
    {
        if (!_hasEnded)
            reader.End(window.Lane);
        _hasEnded = true;
    }
}
