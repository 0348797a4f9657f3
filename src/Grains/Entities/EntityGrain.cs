using System.Buffers;
using Checkpointing;
using Grains.Interfaces;
using Grains.Kinds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Placement;

namespace Grains.Entities;

/// <summary>
/// The base of all entities: applies delivered events exactly once to a state in memory, keeps outputs until they are
/// safe, and writes state, ledger and history in one conditional commit. A derived class says what an event does.
/// </summary>
/// <remarks>
/// A commit's condition can be lost only to another activation of the entity. Then this one's memory is void: it refuses
/// everything and goes, and the lanes deliver again to the next activation. An entity is fed by its lanes' threads, under
/// its <see cref="Gate"/>, where that is safe: a call for each delivery would cost more than what it does.
/// </remarks>
[PreferLocalPlacement]
public abstract partial class EntityGrain : Grain, IEventTarget
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    [ThreadStatic]
    private static EventContext? _context;

    private static readonly List<CausedOutput> _nothing = []; // is caused by most records

    private EntityServices _services = null!;
    private EntityLedger _ledger = null!;
    private HistoryBuffer? _history;
    private EntityVersion? _version;
    private TaskCompletionSource? _commandGate;
    private long _readAt;
    private int _undisturbed; // what is under way that no delivery may come into
    private bool _isFed;
    private bool _isGoing;
    private bool _void;

    /// <summary>The kind that this entity is of.</summary>
    internal KindBinding Kind { get; private set; } = null!;

    /// <summary>The entity's key.</summary>
    protected string Key { get; private set; } = "";

    private protected TimeProvider Time => _services.Time;

    private protected RuleVersions Rules => _services.Rules;

    /// <summary>Whether anything durable is known of the entity, or any event has been applied.</summary>
    private protected bool IsSeen => _version is not null || _ledger.IsDirty;

    /// <summary>The name and version of the state's format, kept beside the state.</summary>
    private protected abstract string StateType { get; }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _services = ServiceProvider.GetRequiredService<EntityServices>();
        (Kind, Key) = Identify(_services.Kinds);
        _readAt = _calledAt = Time.GetTimestamp();
        var stored = await _services.Store.ReadAsync(new EntityId(Kind.Name, Key), cancellationToken);
        var activation = Guid.NewGuid();
        if (stored is null)
        {
            _ledger = new EntityLedger(activation);
            ReadState([], "");
            return;
        }

        await PrepareAsync(stored.StateType, cancellationToken);
        Load(activation, stored);
        await SendCommandOutputsAsync(_ledger.CommandOutputs(), cancellationToken);
    }

    private void Load(Guid activation, StoredEntity stored)
    {
        var source = stored.State.Span;
        _ledger = EntityLedger.Read(activation, ref source);
        ReadState(source, stored.StateType);
        _version = stored.Version;
    }

    /// <summary>Gets ready to read a state of that type.</summary>
    private protected virtual ValueTask PrepareAsync(string stateType, CancellationToken cancellationToken) => default;

    /// <summary>Gets ready to be judged by a version that it <see cref="IsPrepared"/> for not yet, and by those between that records before it are of.</summary>
    private protected virtual ValueTask PrepareAsync(long version, VersionStarts between) => default;

    /// <summary>Whether it is ready to be judged by that version.</summary>
    private protected virtual bool IsPrepared(long version) => true;

    /// <summary>Which entity the grain is.</summary>
    private protected abstract (KindBinding Kind, string Key) Identify(KindBindings kinds);

    /// <summary>Takes over a stored state; empty for an entity without one.</summary>
    private protected abstract void ReadState(ReadOnlySpan<byte> source, string stateType);

    private protected abstract void WriteState(IBufferWriter<byte> to);

    /// <summary>Applies one record to the state.</summary>
    /// <exception cref="EventRefusedException">The state is unchanged and the record becomes a dead letter.</exception>
    private protected abstract void ApplyRecord(in EventRecord record, EventContext context);

    public ValueTask<DeliveryAnswer> DeliverAsync(Delivery delivery)
    {
        lock (Gate)
        {
            if (IsPrepared(VersionOf(delivery))) return new(Deliver(delivery));
            _undisturbed++;
        }

        return PrepareAndDeliverAsync(delivery);
    }

    private async ValueTask<DeliveryAnswer> PrepareAndDeliverAsync(Delivery delivery)
    {
        try
        {
            await PrepareAsync(VersionOf(delivery), delivery.Versions);
            lock (Gate) return Deliver(delivery);
        }
        finally
        {
            lock (Gate) _undisturbed--;
        }
    }

    /// <summary>
    /// As <see cref="DeliverAsync"/>, without a call, by any thread. Null: nothing is done; it has to be a call, which waits for
    /// what is under way, or for the next activation.
    /// </summary>
    internal DeliveryAnswer? TryDeliver(Delivery delivery)
    {
        if (!Monitor.TryEnter(Gate)) return null;
        try
        {
            return IsDisturbed || !IsPrepared(VersionOf(delivery)) ? null : Deliver(delivery);
        }
        finally
        {
            Monitor.Exit(Gate);
        }
    }

    /// <summary>Whether something is under way that nobody may come into without a call, or there is nothing to come to any more.</summary>
    private bool IsDisturbed => _isGoing || _void || _undisturbed > 0 || CommandOpen;

    private static long VersionOf(Delivery delivery) => delivery.Versions.Of(delivery.Records[^1].Offset);

    /// <summary>Stands for the activation's memory.</summary>
    internal Guid Activation => _ledger.Activation;

    /// <summary>
    /// Held by whoever looks at the state or changes it, but for commands, the passing of time and what prepares for a version:
    /// while these are under way nobody else delivers or begins to write. A write may end then, which changes what says what is
    /// durable, and the history that is not.
    /// </summary>
    private protected object Gate => _ledger;

    /// <summary>
    /// Whether lanes of the silo may deliver without a call. Not to an application's own class, which knows of no <see cref="Gate"/>.
    /// </summary>
    private protected virtual bool IsGuarded => false;

    private DeliveryAnswer Deliver(Delivery delivery)
    {
        ThrowIfVoid();
        _ledger.Prune(delivery.Source, delivery.Released);
        var accepted = _ledger.Accepts(delivery);
        var caused = accepted ? ApplyAll(delivery) : null;
        if (!_isFed && IsGuarded) _services.Active.Add(this);
        _isFed = true;
        if (_services.Starts.IsBefore(delivery.Start, _readAt)) _ledger.Confirm(delivery);
        return _ledger.Answer(delivery, accepted, Due, caused);
    }

    public ValueTask ForgetAsync()
    {
        Lose();
        return default;
    }

    public async ValueTask<TimeAnswer> PassTimeAsync(TimePassed passed)
    {
        lock (Gate) _undisturbed++;
        try
        {
            return await PassTimeUndisturbedAsync(passed);
        }
        finally
        {
            lock (Gate) _undisturbed--;
        }
    }

    private async ValueTask<TimeAnswer> PassTimeUndisturbedAsync(TimePassed passed)
    {
        if (!IsPrepared(passed.Version)) await PrepareAsync(passed.Version, VersionStarts.None);
        ThrowIfVoid();
        // Without the records before, a timer might fire that they put off.
        if (!_ledger.Accepts(passed.Source, passed.After)) return new(false, DueTimes.None);
        var isNewVersion = ReachVersion(passed.Version);
        if (isNewVersion || Due.IsBy(passed.Until)) await RunTimersAsync(passed.Until, isNewVersion);
        // What only a version has woken, perhaps one of very many, is not kept for the next event.
        if (isNewVersion && !_isFed) DeactivateOnIdle();
        return new(true, Due);
    }

    /// <summary>Is judged by a version from now on, unless it is by a later one already.</summary>
    /// <returns>Whether that is another one than before.</returns>
    private protected virtual bool ReachVersion(long version) => false;

    /// <summary>When the entity's next timers are due.</summary>
    private protected virtual DueTimes Due => DueTimes.None;

    /// <summary>Runs the timers that are due by then.</summary>
    /// <param name="isNewVersion">Whether a version has just been reached; by it, some may have been due long since.</param>
    /// <returns>What is to be sent; null when nothing has changed that anybody is told of.</returns>
    private protected virtual IReadOnlyList<Output>? RunTimers(DueTimes until, bool isNewVersion) => null;

    /// <summary>What is to be found of the entity without asking it; null: nothing.</summary>
    private protected virtual EntityIndex? IndexOf(string source) => null;

    /// <summary>Adds an alert change that no record has caused to the entity's history.</summary>
    private protected void Remember(string source, long id, long time, ReadOnlySpan<byte> content)
    {
        if (Kind.History == Kinds.HistoryMode.None) return;
        lock (Gate) (_history ??= new HistoryBuffer()).Add(HistoryKind.Alerts, source, id, time, content);
    }

    private protected IEnumerable<HistoryBlock> UnwrittenHistory
    {
        get
        {
            lock (Gate) return _history?.Unwritten() ?? [];
        }
    }

    /// <summary>Whether the entity has applied a record.</summary>
    private protected bool HasApplied(string source, long offset) => !_ledger.IsNew(source, offset);

    /// <summary>Answers what the records have caused; null: some of them had been applied before.</summary>
    private List<CausedOutput>? ApplyAll(Delivery delivery)
    {
        var isNew = _ledger.IsNew(delivery.Source, delivery.Records[0].Offset);
        List<CausedOutput>? caused = null;
        // An application's class might keep it.
        var context = IsGuarded ? _context ??= new() : new EventContext();
        context.Open(Kind, Key, delivery, Alerts, _history);
        BeginDelivery();
        for (var i = 0; i < delivery.Records.Count; i++)
        {
            var record = delivery.Records[i];
            if (!_ledger.IsNew(delivery.Source, record.Offset)) continue;
            context.Begin(record);
            _history = context.History;
            ReachVersion(delivery.Versions.Of(record.Offset));
            try
            {
                ApplyRecord(record, context);
                context.Applied();
            }
            catch (Exception e)
            {
                // Whatever the reason, the record is the cause: applied again it would fail again.
                context.Refuse(e);
                LogRefused(_services.Logger, e.Message, Kind.Name, Key, delivery.Topic, delivery.Partition, record.Offset);
            }

            var outputs = context.TakeOutputs();
            if (isNew && outputs.Count > 0) caused ??= new(outputs.Count);
            _ledger.Apply(delivery.Source, record.Offset, outputs, caused);
        }

        _history = context.History;
        EndDelivery(context);
        if (IsGuarded) context.Close();
        return isNew ? caused ?? _nothing : null;
    }

    /// <summary>The entity's alerts by code, kept with its state; null where the kind's rules keep their own.</summary>
    private protected virtual CodedAlerts? Alerts => null;

    /// <summary>Before the records of a delivery are applied.</summary>
    private protected virtual void BeginDelivery()
    {
    }

    /// <summary>After the records of a delivery have been applied.</summary>
    private protected virtual void EndDelivery(EventContext context)
    {
    }

    /// <summary>History of the entity from the store, oldest first, as of its last checkpoint.</summary>
    private protected IAsyncEnumerable<HistoryBlock> ReadHistoryAsync(
        HistoryKind kind, long from, long to, CancellationToken cancellationToken) =>
        _services.Store.ReadHistoryAsync(new EntityId(Kind.Name, Key), kind, from, to, cancellationToken);

    private void Lose()
    {
        lock (Gate) _void = true;
        DeactivateOnIdle();
    }

    private void ThrowIfVoid()
    {
        if (_void)
            throw new EntityVoidException($"This activation of {Kind.Name}/{Key} has lost its memory and is going; try again.");
    }

    [LoggerMessage(LogLevel.Debug, "{Kind}/{Key} refuses {Topic}/{Partition}@{Offset}: {Reason}")]
    private static partial void LogRefused(
        ILogger logger, string reason, string kind, string key, string topic, int partition, long offset);
}
