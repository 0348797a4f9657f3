using System.Buffers;
using System.Text;

namespace Checkpointing.Tests.Exploration;

/// <summary>An entity, with none, one or two activations; calls go to the last one.</summary>
internal sealed class SimEntity(World world, int index)
{
    private readonly List<SimActivation> _activations = [];

    public SimActivation Current
    {
        get
        {
            if (_activations.Count == 0)
                _activations.Add(new SimActivation(world, this));
            return _activations[^1];
        }
    }

    public int Index { get; } = index;

    public DeliveryAnswer Take(Delivery delivery)
    {
        var isNew = _activations.Count == 0;
        var activation = Current;
        if (isNew)
            activation.Ledger.Confirm(delivery);
        return activation.Take(delivery);
    }

    public bool CanTakeDelivery =>
        world.Omits(Omitted.CommandLetsDeliveriesPass) || _activations.Count == 0 || !_activations[^1].Ledger.CommandOpen;

    public bool CanTakeCommand => _activations.Count == 0 || !_activations[^1].Ledger.CommandOpen;

    public override string ToString() => ((char)('a' + Index)).ToString();

    public void AddSends(List<Choice> into)
    {
        foreach (var activation in _activations)
        {
            if (activation.Sends.Count > 0)
                into.Add(new Choice(activation, " sends", activation.Send));
        }
    }

    public void AddFaults(List<Choice> into)
    {
        if (_activations.Count > 0)
            into.Add(new Choice(Current, " is lost", () => Lose(Current)));
        if (_activations.Count == 1)
            into.Add(new Choice(Current, " is activated twice", ActivateAgain));
        if (_activations.Count == 2)
            into.Add(new Choice(_activations[0], " gets the calls again", Switch));
    }

    public void ActivateAgain() => _activations.Add(new SimActivation(world, this));

    public void Switch() => _activations.Reverse();

    public void Lose(SimActivation activation)
    {
        _activations.Remove(activation);
        activation.Die();
    }

    public void LoseAll()
    {
        while (_activations.Count > 0)
            Lose(_activations[0]);
    }
}

internal sealed class SimActivation
{
    private readonly World _world;
    private readonly SimEntity _entity;
    private readonly int _number;
    private readonly List<FlushCall> _waiting = [];
    private readonly List<FlushCall> _inWrite = [];
    private readonly Guid _firstWriter;
    private readonly List<CommandCall> _repeats = [];
    private CommandCall? _command;
    private bool _commandNeedsWrite;
    private bool _isCommandInWrite;
    private bool _isAlive = true;
    private bool _isWriting;
    private Guid _rowWriter;
    private string _log = "";

    public SimActivation(World world, SimEntity entity)
    {
        _world = world;
        _entity = entity;
        _number = world.NumberActivation();
        _firstWriter = world.NewGuid();
        var row = world.Store.Read(entity.Index);
        _rowWriter = row.Writer;
        ReadOnlySpan<byte> bytes = row.Bytes;
        Ledger = bytes.IsEmpty ? new EntityLedger(world.NewGuid()) : EntityLedger.Read(world.NewGuid(), ref bytes);
        _log = Encoding.ASCII.GetString(bytes);
        foreach (var output in Ledger.CommandOutputs())
            Sends.Enqueue(output);
    }

    public EntityLedger Ledger { get; }

    public Queue<Output> Sends { get; } = new();

    public override string ToString() => $"{_entity}#{_number}";

    public DeliveryAnswer Take(Delivery delivery)
    {
        Ledger.Prune(World.Source, delivery.Released);
        var accepted = Ledger.Accepts(delivery) || _world.Omits(Omitted.AfterAcceptsAll);
        var before = Ledger.Applied(World.Source);
        var caused = Ledger.IsNew(World.Source, delivery.Records[0].Offset) ? new List<CausedOutput>() : null;
        for (var i = 0; accepted && i < delivery.Records.Count; i++)
        {
            var offset = delivery.Records[i].Offset;
            if (!Ledger.IsNew(World.Source, offset))
                continue;
            var outputs = SimBroker.OutputsOf(_world.Scenario, offset, _log);
            _log += $"{offset} ";
            Ledger.Apply(World.Source, offset, outputs, caused);
        }
        return Named(Ledger.Answer(delivery, accepted, DueTimes.None, caused), before);
    }

    public void Flush(FlushCall call, long released)
    {
        Ledger.Prune(World.Source, released);
        _waiting.Add(call);
        Pump();
    }

    public void Run(CommandCall call)
    {
        var verdict = Ledger.BeginCommand(call.Command.Id, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, out _);
        if (verdict is not (CommandVerdict.New or CommandVerdict.Repeated))
            throw new ViolationException($"{call} at {this}: {verdict}");
        if (verdict == CommandVerdict.New)
        {
            _command = call;
            Output[] outputs = [SimBroker.OutputOf(call.Command.Id, _log)];
            _log += call.Command.Id + " ";
            Ledger.EndCommand(call.Command.Id, DateTimeOffset.UnixEpoch, [1], outputs);
            _commandNeedsWrite = true;
            Pump();
            return;
        }
        foreach (var output in Ledger.CommandOutputs(call.Command.Id))
            Sends.Enqueue(output);
        _repeats.Add(call);
        AnswerRepeats();
    }

    public void Send()
    {
        var output = Sends.Dequeue();
        _world.Broker.Append(output);
        _world.Post(new Note(() => $"ack of {output.Id} to {this}", this, () =>
        {
            Ledger.CommandOutputAcknowledged(output);
            AnswerRepeats();
            AnswerCommand();
        }, canTimeOut: false));
    }

    public void WriteEnded(FlushCut cut, Guid? writer, bool isLost)
    {
        if (!_isAlive)
            return;
        _isWriting = false;
        if (isLost)
        {
            _entity.Lose(this);
            return;
        }
        if (writer is { } w)
            Confirm(cut, w);
        else
            Ledger.WriteFailed(cut);
        foreach (var call in _inWrite)
            call.Reply(writer is null ? null : Answer(), ToString());
        _inWrite.Clear();
        Pump();
    }

    public void Die()
    {
        _isAlive = false;
        foreach (var call in _waiting.Concat(_inWrite))
            call.Reply(null, ToString());
        _command?.Fail(this);
        foreach (var call in _repeats)
            call.Fail(this);
        Sends.Clear();
    }

    private void Confirm(FlushCut cut, Guid writer)
    {
        _rowWriter = writer;
        Ledger.Written(cut);
        if (_world.Omits(Omitted.OutboxForgetsFlushed))
            Ledger.Prune(World.Source, Ledger.Durable(World.Source));
        if (!_isCommandInWrite || _command is not { } command)
            return;
        _commandNeedsWrite = false;
        foreach (var output in Ledger.CommandOutputs(command.Command.Id))
            Sends.Enqueue(output);
    }

    private void AnswerCommand()
    {
        if (!_isAlive || _command is not { } command || _commandNeedsWrite || Ledger.CommandOutputs(command.Command.Id).Count > 0)
            return;
        _command = null;
        Ledger.CloseCommand(command.Command.Id);
        command.Succeed(this);
        Pump();
    }

    private void AnswerRepeats()
    {
        if (!_isAlive)
            return;
        foreach (var call in _repeats.FindAll(IsSent))
        {
            _repeats.Remove(call);
            call.Succeed(this);
        }

        bool IsSent(CommandCall call) => Ledger.CommandOutputs(call.Command.Id).Count == 0;
    }

    private void Pump()
    {
        if (!_isAlive || _isWriting)
            return;
        if (!_commandNeedsWrite)
        {
            if (Ledger.CommandOpen || _waiting.Count == 0)
                return;
            if (!Ledger.IsDirty)
            {
                foreach (var call in _waiting)
                    call.Reply(Answer(), ToString());
                _waiting.Clear();
                return;
            }
            _inWrite.AddRange(_waiting);
            _waiting.Clear();
        }
        BeginWrite();
    }

    private void BeginWrite()
    {
        _isWriting = true;
        _isCommandInWrite = _commandNeedsWrite;
        var cut = Ledger.BeginWrite();
        var bytes = new ArrayBufferWriter<byte>();
        Ledger.Write(bytes);
        bytes.Write(Encoding.ASCII.GetBytes(_log));
        var writer = _world.Omits(Omitted.RowSameWriter) ? _firstWriter : _world.NewGuid();
        _world.Post(new WriteCall(_world, this, _entity.Index, cut, _rowWriter, writer, bytes.WrittenSpan.ToArray(), _log));
    }

    private FlushAnswer Answer()
    {
        var answer = Ledger.Answer(World.Source);
        if (_world.Omits(Omitted.RowAnswersMemory))
            answer = answer with { Durable = Ledger.Applied(World.Source) };
        return _world.Omits(Omitted.DurableOfAnyActivation) ? answer with { Activation = default } : answer;
    }

    private DeliveryAnswer Named(DeliveryAnswer answer, long before) => new()
    {
        Activation = _world.Omits(Omitted.DurableOfAnyActivation) ? default : answer.Activation,
        Accepted = answer.Accepted,
        Applied = answer.Applied,
        IsConfirmed = answer.IsConfirmed || _world.Omits(Omitted.Confirm),
        Outputs = _world.Omits(Omitted.OutboxReturnsNothing) ? [.. answer.Outputs.Where(o => o.Offset >= before)] : answer.Outputs,
    };
}
