using System.Buffers;

namespace Checkpointing;

/// <summary>What is being written; see <see cref="EntityLedger.BeginWrite"/>.</summary>
public readonly record struct FlushCut(long Changes);

/// <summary>
/// The entity's side of the protocol, one for each activation: what it has applied of each source, the outputs that are not known
/// to be acknowledged, and the commands that it has run. It is written with the entity's state, in the same conditional write.
/// Not safe for concurrent use.
/// </summary>
public sealed class EntityLedger
{
    private readonly List<SourceLedger> _sources = [];
    private readonly CommandMemory _commands = new();
    private long _changes;
    private long _writtenChanges;

    /// <summary>An entity that was never written.</summary>
    /// <param name="activation">A fresh id for each activation: it stands for the activation's memory.</param>
    public EntityLedger(Guid activation) => Activation = activation;

    public Guid Activation { get; }

    /// <summary>Whether there is something that is not known to be written.</summary>
    public bool IsDirty => _changes != _writtenChanges;

    /// <summary>Whether a write is under way.</summary>
    public bool IsWriting { get; private set; }

    /// <summary>
    /// Whether a command runs or is not yet durable with its outputs. While it is, deliveries and a checkpoint's flush wait.
    /// </summary>
    public bool CommandOpen => _commands.IsOpen;

    internal IReadOnlyList<SourceLedger> Sources => _sources;

    internal CommandMemory Commands => _commands;

    /// <summary>Reads what <see cref="Write"/> has written, and moves the source past it.</summary>
    /// <exception cref="InvalidDataException">The bytes are cut off, or are no ledger.</exception>
    public static EntityLedger Read(Guid activation, ref ReadOnlySpan<byte> source) =>
        EntityLedgerFormat.Read(activation, ref source);

    /// <summary>Writes the ledger in the format of <see cref="EntityLedgerFormat"/>.</summary>
    public void Write(IBufferWriter<byte> to) => EntityLedgerFormat.Write(this, to);

    /// <summary>The offset of the source's first record that is not applied; 0 when none is.</summary>
    public long Applied(string source) => Find(source)?.Applied ?? 0;

    /// <summary>As <see cref="Applied"/>, but in the row: as it was read, or last written.</summary>
    public long Durable(string source) => Find(source)?.Durable ?? 0;

    /// <summary>False when the entity lacks records that the lane has delivered before: then it must not change.</summary>
    public bool Accepts(Delivery delivery) => Accepts(delivery.Source, delivery.After);

    /// <summary>Likewise, by the last record that the entity must have applied, or <see cref="Delivery.None"/>.</summary>
    public bool Accepts(string source, long after) => after == Delivery.None || Applied(source) > after;

    /// <summary>Whether a delivered record is to be applied, or refused; else it is to be dropped.</summary>
    public bool IsNew(string source, long offset) => offset >= Applied(source);

    /// <summary>Notes that a record was applied, or refused, and what came of it.</summary>
    /// <param name="caused">Takes the outputs too, for <see cref="Answer(Delivery, bool, DueTimes, IReadOnlyList{CausedOutput})"/>.</param>
    public void Apply(string source, long offset, IReadOnlyList<Output> outputs, List<CausedOutput>? caused = null)
    {
        var ledger = FindOrAdd(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, ledger.Applied);
        ledger.Applied = offset + 1;
        for (var i = 0; i < outputs.Count; i++)
        {
            var output = new CausedOutput(offset, outputs[i]);
            ledger.Outbox.Add(output);
            caused?.Add(output);
        }
        LastSource = ledger.Source;
        _changes++;
    }

    /// <summary>The answer to a delivery, with the outputs of its records: also of those that were applied before.</summary>
    public DeliveryAnswer Answer(Delivery delivery, bool accepted) => Answer(delivery, accepted, DueTimes.None, null);

    /// <summary>Likewise, of an entity with timers.</summary>
    /// <param name="caused">
    /// The outputs of the records, if none of them had been applied before; null: the outbox is asked for them. The ledger does not
    /// keep it: an old object that is given a new one for each delivery is what the collector takes longest to look through.
    /// </param>
    public DeliveryAnswer Answer(Delivery delivery, bool accepted, DueTimes due, IReadOnlyList<CausedOutput>? caused)
    {
        var ledger = FindOrAdd(delivery.Source);
        ledger.Start = delivery.Start;
        var records = delivery.Records;
        return new DeliveryAnswer
        {
            Activation = Activation,
            Accepted = accepted,
            Applied = ledger.Applied,
            IsConfirmed = ledger.ConfirmedStart == delivery.Start,
            Outputs = !accepted || records.Count == 0 ? [] : caused ?? ledger.Outbox.Between(records[0].Offset, records[^1].Offset),
            Due = due,
        };
    }

    /// <summary>
    /// The row was read after this delivery had been sent, as it is when the delivery is what activates the entity: then its
    /// outputs need not wait for the next write. See <see cref="DeliveryAnswer.IsConfirmed"/>.
    /// </summary>
    public void Confirm(Delivery delivery) => FindOrAdd(delivery.Source).ConfirmedStart = delivery.Start;

    /// <summary>The answer to a flush.</summary>
    public FlushAnswer Answer(string source) => new(Activation, Durable(source));

    /// <summary>Drops the outputs of the source's records that the lane has released. That alone is not worth a write.</summary>
    public void Prune(string source, long released) => Find(source)?.Outbox.Prune(released);

    /// <summary>
    /// Drops the outputs of records to a topic, acknowledged or not: what they tell is void. A lane that has them already may still
    /// send them.
    /// </summary>
    public void DropOutputs(string topic)
    {
        foreach (var source in _sources)
            source.Outbox.Drop(topic);
    }

    /// <summary>
    /// Begins a write of what the ledger holds now: state and ledger are to be serialized before anything else happens. One at a
    /// time, whatever its cause.
    /// </summary>
    public FlushCut BeginWrite()
    {
        if (IsWriting)
            throw new InvalidOperationException("A write is under way.");
        IsWriting = true;
        foreach (var source in _sources)
            (source.Writing, source.WritingStart) = (source.Applied, source.Start);
        return new FlushCut(_changes);
    }

    /// <summary>The write has succeeded: what it held is durable, not what has come since.</summary>
    public void Written(FlushCut cut)
    {
        EndWrite();
        _writtenChanges = cut.Changes;
        foreach (var source in _sources)
            (source.Durable, source.ConfirmedStart) = (source.Writing, source.WritingStart);
    }

    /// <summary>
    /// The write has failed, or its outcome is not known. It may be tried again, as a new write; if the condition is lost then,
    /// or was now, the memory is void and the activation must end.
    /// </summary>
    public void WriteFailed(FlushCut cut) => EndWrite();

    /// <summary>Decides on a command. A new one is open from then on, until <see cref="CloseCommand"/>.</summary>
    /// <param name="id">Unique for the command, the same for each repetition.</param>
    /// <param name="issued">When the client issued it, the same for each repetition.</param>
    /// <param name="answer">The stored one, of a command that has run.</param>
    public CommandVerdict BeginCommand(string id, DateTimeOffset issued, DateTimeOffset now, out byte[]? answer) =>
        _commands.Begin(id, issued, now, out answer);

    /// <summary>Opens what nobody repeats, such as a timer's work: it is remembered only until its outputs are acknowledged.</summary>
    public void BeginOnce(string id, DateTimeOffset now) => _commands.BeginOnce(id, now);

    /// <summary>The state beside the ledger has changed, and that is worth a write.</summary>
    public void Touch() => _changes++;

    /// <summary>The source of the last record that was applied, as far as it is known; null before the first.</summary>
    public string? LastSource { get; internal set; }

    /// <summary>Notes a command's answer and outputs, to be durable before they leave.</summary>
    public void EndCommand(string id, DateTimeOffset now, byte[] answer, IReadOnlyList<Output> outputs)
    {
        _commands.End(id, now, answer, outputs);
        _changes++;
    }

    /// <summary>
    /// The command is durable and its outputs are acknowledged. A command that threw is closed without having ended; what it has
    /// changed must not be written then.
    /// </summary>
    public void CloseCommand(string id) => _commands.Close(id);

    /// <summary>
    /// Outputs of a command, or of all, that are not known to be acknowledged: to be sent after an activation, and before a
    /// repeated command is answered.
    /// </summary>
    public IReadOnlyList<Output> CommandOutputs(string? id = null) => _commands.Outputs(id);

    /// <summary>The broker has that output. Worth a write at the latest on the way out: the next activation would send it again.</summary>
    public void CommandOutputAcknowledged(Output output)
    {
        _commands.Acknowledge(output);
        _changes++;
    }

    internal SourceLedger FindOrAdd(string source)
    {
        if (Find(source) is { } found)
            return found;
        var added = new SourceLedger(source);
        _sources.Add(added);
        return added;
    }

    // An entity has one source, seldom a few.
    private SourceLedger? Find(string source)
    {
        foreach (var ledger in _sources)
        {
            if (ledger.Source == source)
                return ledger;
        }
        return null;
    }

    private void EndWrite()
    {
        if (!IsWriting)
            throw new InvalidOperationException("No write is under way.");
        IsWriting = false;
    }
}

/// <summary>What an entity knows of one source partition.</summary>
internal sealed class SourceLedger(string source)
{
    public string Source { get; } = source;

    public Outbox Outbox { get; } = new();

    public long Applied { get; set; }

    /// <summary>What a write under way would make durable.</summary>
    public long Writing { get; set; }

    public long Durable { get; set; }

    /// <summary>The lane's start of the last delivery.</summary>
    public Guid Start { get; set; }

    public Guid WritingStart { get; set; }

    /// <summary>The lane's start after which the row was read, or written with success.</summary>
    public Guid? ConfirmedStart { get; set; }

    /// <summary>As it was read.</summary>
    public void Restore(long applied) => Applied = Durable = applied;
}
