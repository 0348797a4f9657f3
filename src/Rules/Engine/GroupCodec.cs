using System.Buffers;
using Rules.Alerts;
using Rules.Codec;

namespace Rules.Engine;

/// <summary>The bytes of a <see cref="GroupState"/>.</summary>
internal static class GroupCodec
{
    public static void Write(ref ByteWriter writer, RuleScope scope, GroupState group, ArrayBufferWriter<byte> scratch)
    {
        writer.Text(group.Key);
        writer.Texts(group.Labels);
        writer.Signed(group.LastTime);
        writer.Unsigned((ulong)group.Late);
        writer.Unsigned((ulong)scope.Seen.Length);
        for (var i = 0; i < scope.Seen.Length; i++)
        {
            writer.Fixed(scope.Seen[i].Id);
            writer.Signed(group.Seen[i]);
        }

        writer.Unsigned((ulong)scope.KeptIds.Length);
        for (var i = 0; i < scope.KeptIds.Length; i++)
        {
            scratch.ResetWrittenCount();
            var part = new ByteWriter(scratch);
            group.Kept(i).Write(ref part);
            part.Flush();
            writer.Fixed(scope.KeptIds[i]);
            writer.Bytes(scratch.WrittenSpan);
        }

        WriteAlerts(ref writer, group);
    }

    /// <returns>Null when there is no such scope any more; its alerts are read even so.</returns>
    public static GroupState? Read(ref ByteReader reader, ScopeState? scope, out List<ActiveAlert> alerts)
    {
        var key = reader.Text();
        var labels = reader.Texts();
        var group = scope?.Add(key, labels);
        var lastTime = reader.Signed();
        var late = (long)reader.Unsigned();
        group?.Seen.AsSpan().Fill(lastTime);
        for (var n = reader.Length(); n > 0; n--) ReadSeen(ref reader, scope?.Scope, group);
        for (var n = reader.Length(); n > 0; n--) ReadPart(ref reader, scope?.Scope, group);
        alerts = [];
        for (var n = reader.Length(); n > 0; n--) alerts.Add(AlertCodec.Read(ref reader));
        if (group is null) return null;
        (group.LastTime, group.Late) = (lastTime, late);
        return group;
    }

    private static void ReadSeen(ref ByteReader reader, RuleScope? scope, GroupState? group)
    {
        var (id, time) = (reader.Fixed(), reader.Signed());
        for (var i = 0; i < scope?.Seen.Length; i++)
            if (scope.Seen[i].Id == id)
                group!.Seen[i] = time;
    }

    private static void ReadPart(ref ByteReader reader, RuleScope? scope, GroupState? group)
    {
        var id = reader.Fixed();
        var part = new ByteReader(reader.Bytes());
        if (scope is not null && scope.KeptIds.IndexOf(id) is >= 0 and var at) group!.Kept(at).Read(ref part);
    }

    private static void WriteAlerts(ref ByteWriter writer, GroupState group)
    {
        writer.Unsigned((ulong)group.Alerts.Count(alert => alert is not null));
        foreach (var alert in group.Alerts)
            if (alert is not null)
                AlertCodec.Write(ref writer, alert);
    }
}
