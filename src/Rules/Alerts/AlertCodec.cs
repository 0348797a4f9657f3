using Rules.Codec;

namespace Rules.Alerts;

/// <summary>The bytes of an <see cref="ActiveAlert"/>.</summary>
internal static class AlertCodec
{
    private const byte Fired = 1;
    private const byte Keeping = 2;
    private const byte Acknowledged = 4;
    private const byte Escalated = 8;
    private const byte Remarked = 16;
    private const byte Remembering = 32;

    public static void Write(ref ByteWriter writer, ActiveAlert alert)
    {
        writer.Byte((byte)((alert.IsFiring ? Fired : 0) | (alert.KeepSince != ActiveAlert.Never ? Keeping : 0)
            | (alert.Acknowledged is not null ? Acknowledged : 0) | (alert.IsEscalated ? Escalated : 0)
            | (alert.Remarks.Count > 0 ? Remarked : 0) | (alert.Fields.Length > 0 ? Remembering : 0)));
        writer.Text(alert.Rule);
        writer.Unsigned((ulong)alert.Number);
        writer.Signed(alert.Since);
        writer.Double(alert.Value);
        writer.Text(alert.Message);
        writer.Texts(alert.Labels);
        if (alert.Fields.Length > 0) writer.Texts(alert.Fields);
        if (alert.IsFiring) writer.Signed(alert.FiredAt);
        if (alert.KeepSince != ActiveAlert.Never) writer.Signed(alert.KeepSince);
        if (alert.Acknowledged is { } acknowledged)
        {
            writer.Text(acknowledged.Who);
            writer.Text(acknowledged.Why);
            writer.Signed(acknowledged.At);
        }

        if (alert.Remarks.Count == 0) return;
        writer.Unsigned((ulong)alert.Remarks.Count);
        foreach (var (kind, who, text, at) in alert.Remarks)
        {
            writer.Byte(kind);
            writer.Text(who);
            writer.Text(text);
            writer.Signed(at);
        }
    }

    public static ActiveAlert Read(ref ByteReader reader)
    {
        var flags = reader.Byte();
        var alert = new ActiveAlert
        {
            Rule = reader.Text(),
            Number = (long)reader.Unsigned(),
            Since = reader.Signed(),
            Value = reader.Double(),
            Message = reader.Text(),
            Labels = AlertChange.NoLabels.SetItems(reader.Texts()),
            Fields = (flags & Remembering) != 0 ? [.. reader.Texts()] : [],
            IsEscalated = (flags & Escalated) != 0,
        };
        if ((flags & Fired) != 0) alert.FiredAt = reader.Signed();
        if ((flags & Keeping) != 0) alert.KeepSince = reader.Signed();
        if ((flags & Acknowledged) != 0) alert.Acknowledged = new Acknowledgement(reader.Text(), reader.Text(), reader.Signed());
        if ((flags & Remarked) != 0)
            for (var count = reader.Length(); count > 0; count--) alert.Add(new Remark(reader.Byte(), reader.Text(), reader.Text(), reader.Signed()));
        return alert;
    }
}
