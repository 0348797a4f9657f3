using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Checkpointing;
using Grains.Alerts;
using Grains.Fields;
using Grains.Interfaces;
using Grains.Kinds;
using Microsoft.Extensions.DependencyInjection;
using Rules.Alerts;
using Rules.Engine;

namespace Grains.Entities;

/// <summary>An entity of a kind that is described in configuration, with rules from files.</summary>
[GrainType(TypeName)]
public sealed class ConfiguredEntityGrain : EntityGrain, IEntity
{
    /// <summary>The type of these grains.</summary>
    public const string TypeName = "entity";

    private EntityKind _kind = null!;
    private EntityState _state = null!;
    private (PastEvents Events, long Until)? _past;     // what the versions up to that one may have to know

    private protected override string StateType => _kind.StateType;

    private protected override (KindBinding Kind, string Key) Identify(KindBindings kinds)
    {
        var key = EntityKey.Parse(this.GetPrimaryKeyString());
        if (!Rules.Newest.TryGet(key.Kind, out var kind)) throw kinds.Unknown(key.Kind);
        _kind = kind;
        return (kinds.Find(key.Kind)!, key.Key);
    }

    private protected override async ValueTask PrepareAsync(string stateType, CancellationToken cancellationToken) =>
        _kind = Of(await Rules.GetAsync(EntityStateType.RulesOf(stateType), cancellationToken));

    private protected override bool IsPrepared(long version) => !IsNext(version);

    private protected override bool IsGuarded => true;

    private protected override async ValueTask PrepareAsync(long version, VersionStarts between)
    {
        var lookBack = 0L;
        foreach (var step in between.Versions.Where(step => step < version && IsNext(step)).Append(version))
            lookBack = Math.Max(lookBack, Of(await Rules.GetAsync(step, CancellationToken.None)).Rules.LookBack(_kind.Rules));
        if (lookBack == 0 || _state.Count == 0 || Kind.History != HistoryMode.Events) return;
        var past = new PastEvents(_state.LastTime - lookBack);
        // First, for while the store is read they may be written.
        past.Add(UnwrittenHistory);
        await foreach (var block in ReadHistoryAsync(HistoryKind.Events, past.From, long.MaxValue, CancellationToken.None)) past.Add(block);
        _past = (past, version);
    }

    // An entity of which nothing is known yet begins with whatever its first record is of.
    private bool IsNext(long version) => version != _kind.Version && (version > _kind.Version || _state.Count == 0);

    private protected override bool ReachVersion(long version)
    {
        if (!IsNext(version)) return false;
        if (!Rules.TryGet(version, out var kinds)) throw new EntityStoreException($"Version {version} of the rules is not at hand.");
        var former = _kind.Rules;
        _kind = Of(kinds);
        _state.Change(_kind.Rules);
        if (_past is not var (past, until)) return true;
        if (_kind.Rules.LookBack(former) > 0) Learn(past, former);
        if (version >= until) _past = null;
        return true;
    }

    /// <summary>What the rules keep now, and the former did not, gets to know what the history has.</summary>
    private void Learn(PastEvents past, RuleProgram former)
    {
        past.Add(UnwrittenHistory);
        var learned = new EntityRules(_kind.Rules);
        var work = _kind.RentWork();
        foreach (var e in past.Take(HasApplied))
        {
            if (_kind.Decoder.TryDecode(e.Content.Span, e.Time, work.Event, out _))
                learned.Learn(work.Event, new EventStamp(0, e.Time), work.Evaluation);
        }

        _kind.ReturnWork(work);
        _state.Rules.Adopt(learned, former);
    }

    private EntityKind Of(KindCatalog kinds) =>
        kinds.TryGet(_kind.Name, out var kind) ? kind : throw new InvalidOperationException($"Version {kinds.Version} lacks a kind.");

    private protected override void ReadState(ReadOnlySpan<byte> source, string stateType) =>
        _state = source.IsEmpty ? _kind.NewState() : EntityState.Read(_kind.Fields, _kind.Rules, source);

    private protected override void WriteState(IBufferWriter<byte> to) => _state.Write(to);

    private protected override void ApplyRecord(in EventRecord record, EventContext context)
    {
        var work = WorkOf(context);
        if (!_kind.Decoder.TryDecode(record.Value.Span, record.Timestamp, work.Event, out var reason))
            throw new EventRefusedException(reason);
        context.SetTime(work.Event.Time);
        _state.Apply(work.Event);
        work.Changes.Clear();
        work.Evaluation.Entity = Key;
        var stamp = new EventStamp(record.PartitionTime, record.Timestamp);
        _state.Rules.Observe(work.Event, stamp, work.Evaluation, work.Changes);
        if (work.Evaluation.Failures is { Count: > 0 } failures) Tell(failures, context);
        foreach (var change in work.Changes)
        {
            var id = AlertRecord.ChangeId(_kind.Name, Key, change);
            context.AddAlert(id, AlertRecord.Encode(_kind, id, Key, change, work.Event), IsSent(change));
        }
    }

    private KindWork WorkOf(EventContext context)
    {
        if (context.Work is { } work && work.Kind == _kind) return work;
        EndDelivery(context);
        return context.Work = _kind.RentWork();
    }

    private void Tell(List<(string Rule, Exception Error)> failures, EventContext context)
    {
        var teller = ServiceProvider.GetRequiredService<RuleFailures>();
        foreach (var (rule, error) in failures) teller.Tell(_kind.Name, Key, rule, $"{context.Topic}/{context.Partition}@{context.Offset}", error);
        failures.Clear();
    }

    private protected override DueTimes Due =>
        _kind.Rules.HasTimers && _state.Rules.NextDue is var (eventTime, wallClock) ? new(eventTime, wallClock) : DueTimes.None;

    private protected override IReadOnlyList<Output>? RunTimers(DueTimes until, bool isNewVersion)
    {
        var work = _kind.RentWork();
        work.Changes.Clear();
        work.Evaluation.Entity = Key;
        if (isNewVersion) _state.Rules.CatchUp(work.Evaluation, work.Changes);
        _state.Rules.Advance(until.EventTime, until.WallClock, work.Evaluation, work.Changes);
        var outputs = work.Changes.Count > 0 ? work.Changes.SelectMany(OutputOf).ToList() : null;
        _kind.ReturnWork(work);
        return outputs;
    }

    private IEnumerable<Output> OutputOf(AlertChange change)
    {
        var id = AlertRecord.ChangeId(_kind.Name, Key, change);
        var content = AlertRecord.Encode(_kind, id, Key, change, e: null);
        Remember("time", (change.Number * 8) + (int)change.Phase, change.Time, content);
        if (IsSent(change))
            yield return new Output { Id = id, Topic = Kind.AlertsTopic, Key = Encoding.UTF8.GetBytes(Key), Value = content, WhenDurable = true };
    }

    private protected override EntityIndex? IndexOf(string source)
    {
        if (_kind.Version == 0 && _kind.Rules.Rules.IsEmpty) return null;
        var alerts = _state.Rules.HasAlerts ? Snapshots.ToIndex(Snapshots.Alerts(_kind, Key, _state)) : [];
        // Without timers now, the row may have those that earlier rules have left.
        return new(source, _kind.Rules.HasTimers || _kind.Version > 1 ? Due : null, alerts, _kind.Version);
    }

    // What never fired is nobody's business but the history's.
    private static bool IsSent(AlertChange change) => change.Phase is AlertPhase.Firing or AlertPhase.Escalated or AlertPhase.Resolved;

    private protected override void EndDelivery(EventContext context)
    {
        if (context.Work is { } work) work.Kind.ReturnWork(work);
    }

    public ValueTask<EntitySnapshot> GetAsync()
    {
        lock (Gate) return new(Snapshots.Of(_kind, Key, _state));
    }

    public ValueTask<IReadOnlyList<Alert>> AlertsAsync()
    {
        lock (Gate) return new(Snapshots.Alerts(_kind, Key, _state));
    }

    public ValueTask<Alert> AcknowledgeAsync(AlertAcknowledgement acknowledgement)
    {
        var (who, why, at) = (acknowledgement.Who, acknowledgement.Why, acknowledgement.IssuedAt);
        return OnAlertAsync(acknowledgement.Rule, acknowledgement.CommandId, at, who, "acknowledged", why, alert =>
            alert.Acknowledged = new Acknowledgement(who, why, at.ToUnixTimeMilliseconds()));
    }

    public ValueTask<Alert> RemarkAsync(RemarkOnAlert command)
    {
        var (kind, who, text, at) = command.Remark;
        return OnAlertAsync(command.Rule, command.CommandId, at, who, kind == RemarkKind.Assignment ? "assigned" : "commented", text, alert =>
            alert.Add(new Remark((byte)kind, who, text, at.ToUnixTimeMilliseconds())));
    }

    /// <summary>What someone does to an alert: once, durable, and in the history.</summary>
    private async ValueTask<Alert> OnAlertAsync(
        string rule, Guid commandId, DateTimeOffset at, string who, string what, string text, Action<ActiveAlert> change)
    {
        var answer = await RunCommandAsync(commandId.ToString("N"), at, () =>
        {
            var alert = _state.Rules.FindAlert(rule) ?? throw NotActive(rule);
            change(alert);
            var time = at.ToUnixTimeMilliseconds();
            // Not the time: two people may act in one millisecond, and what has one name in the history is one thing.
            var id = BitConverter.ToInt64(commandId.ToByteArray()) & long.MaxValue;
            Remember("people", id, time, AlertRecord.Encode(_kind, Key, alert, time, who, what, text));
            return new(JsonSerializer.SerializeToUtf8Bytes(Snapshots.Alert(_kind, Key, alert), Snapshots.Json));
        });
        return JsonSerializer.Deserialize<Alert>(answer!, Snapshots.Json)!;
    }

    private AlertNotActiveException NotActive(string rule)
    {
        var active = string.Join(", ", _state.Rules.Alerts.Select(a => a.Rule));
        return new AlertNotActiveException(
            $"{Kind.Name}/{Key} has no active alert of rule '{rule}'. Active: {(active.Length == 0 ? "none" : active)}.");
    }

    public IAsyncEnumerable<HistoryEvent> HistoryAsync(DateTimeOffset from, DateTimeOffset to) =>
        HistoryAsync(from.ToUnixTimeMilliseconds(), to.ToUnixTimeMilliseconds(), default);

    private async IAsyncEnumerable<HistoryEvent> HistoryAsync(
        long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var kind in (HistoryKind[])[HistoryKind.Events, HistoryKind.Alerts])
        {
            // A block begins in the hour of all its entries, so it may begin before the range and reach into it.
            var first = from - (from % 3_600_000);
            var seen = new HashSet<(string, long, int)>();
            await foreach (var block in ReadHistoryAsync(kind, first, to, cancellationToken))
            {
                var index = 0;
                var last = -1L;
                foreach (var entry in HistoryReader.Read(block.Content))
                {
                    index = entry.Offset == last ? index + 1 : 0;
                    last = entry.Offset;
                    if (entry.Time < from || entry.Time >= to || !seen.Add((block.Source, entry.Offset, index))) continue;
                    yield return new HistoryEvent
                    {
                        Time = DateTimeOffset.FromUnixTimeMilliseconds(entry.Time),
                        Source = block.Source,
                        Offset = entry.Offset,
                        IsAlert = kind == HistoryKind.Alerts,
                        Json = Encoding.UTF8.GetString(entry.Content.Span),
                    };
                }
            }
        }
    }
}
