using System.Buffers;
using Rules.Alerts;
using Rules.Codec;

namespace Rules.Engine;

/// <summary>
/// The bytes of an entity's rules. Version 1: version byte; the two clocks; the next alert's number; by scope (its name) its groups: key, labels, times, what is
/// kept (each with the hash of its canonical text and its length, so that another version of the rules finds what it still has), alerts.
/// Counts and times are variable-length integers, the rest little-endian.
/// </summary>
public sealed partial class EntityRules
{
    private const byte Version = 1;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_scratch;

    public void Write(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Version);
        WriteClock(ref writer, _eventClock);
        WriteClock(ref writer, _wallClock);
        writer.Unsigned((ulong)_nextNumber);
        writer.Unsigned((ulong)Ungrouped);
        writer.Unsigned((ulong)(_orphans?.Count ?? 0));
        foreach (var orphan in _orphans ?? []) AlertCodec.Write(ref writer, orphan);
        writer.Unsigned((ulong)_scopes.Length);
        var scratch = t_scratch ??= new(1024);
        foreach (var scope in _scopes)
        {
            writer.Text(scope.Scope.Name);
            writer.Unsigned((ulong)scope.Groups.Count);
            foreach (var group in scope.Groups) GroupCodec.Write(ref writer, scope.Scope, group, scratch);
        }

        writer.Flush();
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote, perhaps under other rules: windows that no rule has any more are left out, new ones are
    /// empty, absences count from the last event, and alerts whose rule is gone end with the next event.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are no state, or of a later version.</exception>
    public static EntityRules Read(RuleProgram program, ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var version = reader.Byte();
        if (version != Version)
            throw new InvalidDataException($"The rules' state has version {version}; this program reads version {Version}.");
        var rules = new EntityRules(program)
        {
            _eventClock = ReadClock(ref reader),
            _wallClock = ReadClock(ref reader),
            _nextNumber = (long)reader.Unsigned(),
            Ungrouped = (long)reader.Unsigned(),
        };
        for (var n = reader.Length(); n > 0; n--) rules.PutBack(AlertCodec.Read(ref reader), null);
        for (var n = reader.Length(); n > 0; n--)
        {
            var name = reader.Text();
            var scope = Array.Find(rules._scopes, scope => scope.Scope.Name == name);
            for (var groups = reader.Length(); groups > 0; groups--) rules.ReadGroup(ref reader, scope);
        }

        if (!reader.AtEnd)
            throw new InvalidDataException($"The rules' state ends at byte {reader.Position} of {bytes.Length}.");
        foreach (var scope in rules._scopes) rules.Begin(scope);
        return rules;
    }

    // Of rules that no event has come to yet, the time without one counts from what is known of the entity.
    private void Begin(ScopeState scope)
    {
        var clock = ClockOf(scope.Scope);
        if (!scope.Scope.HasTimers || !scope.Scope.By.IsEmpty || scope.Groups.Count > 0 || clock == EntityClock.Start.Clock) return;
        var group = scope.Add("", []);
        group.LastTime = clock.Now;
        group.Seen.AsSpan().Fill(clock.Now);
        group.DueAtLeast = scope.DueOf(group, clock);
    }

    private void ReadGroup(ref ByteReader reader, ScopeState? scope)
    {
        var group = GroupCodec.Read(ref reader, scope, out var alerts);
        foreach (var alert in alerts) PutBack(alert, group is null ? null : (scope!, group));
        // Armed again in any case: the rules may be others.
        if (group is not null && scope!.Scope.HasTimers)
            group.DueAtLeast = scope.DueOf(group, ClockOf(scope.Scope));
    }

    private void PutBack(ActiveAlert alert, (ScopeState Scope, GroupState Group)? place)
    {
        if (place is { } at && at.Scope.Scope.Find(alert.Rule) is { } rule) at.Group.Alerts[rule.Slot] = alert;
        else (_orphans ??= []).Add(alert);
    }

    private static void WriteClock(ref ByteWriter writer, EntityClock clock)
    {
        writer.Signed(clock.Clock.Now);
        writer.Signed(clock.Clock.Watermark);
    }

    private static EntityClock ReadClock(ref ByteReader reader) => new(new RuleClock(reader.Signed(), reader.Signed()));
}
