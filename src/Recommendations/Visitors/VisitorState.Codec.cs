using System.Buffers;
using Recommendations.Feedback;
using Recommendations.Items;
using Rules.Codec;

namespace Recommendations.Visitors;

/// <content>
/// Format 2: version · visitor · minute · interactions in it · counters by reason · recent items · purchases, by id ·
/// sessions · impressions (not in format 1). Every list begins with its count; equal states have equal bytes.
/// </content>
public sealed partial class VisitorState
{
    private const byte Format = 2;

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Text(Visitor);
        writer.Signed(_minute);
        writer.Unsigned((ulong)_inMinute);
        writer.Unsigned((ulong)_refused.Length);
        foreach (var count in _refused)
            writer.Unsigned((ulong)count);
        writer.Unsigned((ulong)_recent.Count);
        foreach (var (item, last, count, strongest) in _recent)
        {
            writer.Text(item);
            writer.Signed(last);
            writer.Unsigned((ulong)count);
            writer.Byte((byte)strongest);
        }

        writer.Unsigned((ulong)_purchases.Count);
        foreach (var (item, time) in _purchases.OrderBy(static bought => bought.Key, StringComparer.Ordinal))
        {
            writer.Text(item);
            writer.Signed(time);
        }

        writer.Unsigned((ulong)_sessions.Count);
        foreach (var session in _sessions)
            Write(ref writer, session);
        Impressions.Write(ref writer);
        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not a visitor's state.</exception>
    public static VisitorState Decode(ReadOnlySpan<byte> bytes)
    {
        const string What = "A visitor's state";
        var reader = new ByteReader(bytes);
        var format = StateFormat.Begin(ref reader, 1, Format, What);
        var state = new VisitorState(reader.Text())
        {
            _minute = reader.Signed(),
            _inMinute = reader.Below(int.MaxValue, "The interactions of a minute"),
        };
        var reasons = reader.Below(Refusals + 1, "The number of reasons");
        for (var i = 0; i < reasons; i++)
            state._refused[i] = (long)reader.Unsigned();
        for (var left = reader.Length(4); left > 0; left--)
            state._recent.Add(new(reader.Text(), reader.Signed(), reader.Below(int.MaxValue, "A count"), Kind(ref reader)));
        for (var left = reader.Length(2); left > 0; left--)
            state._purchases[reader.Text()] = reader.Signed();
        for (var left = reader.Length(21); left > 0; left--)
            state._sessions.Add(ReadSession(ref reader));
        if (format > 1)
            state.Impressions = Impressions.Read(ref reader);
        StateFormat.End(reader, What);
        return state;
    }

    private static void Write(ref ByteWriter writer, VisitorSession session)
    {
        writer.Key(session.Key);
        writer.Byte((byte)(session.Named ? 1 : 0));
        writer.Signed(session.Start);
        writer.Signed(session.Last - session.Start);
        writer.Unsigned((ulong)session.Version);
        writer.Unsigned((ulong)session.Items.Count);
        foreach (var (item, strongest) in session.Items)
        {
            writer.Text(item);
            writer.Byte((byte)strongest);
        }
    }

    private static VisitorSession ReadSession(ref ByteReader reader)
    {
        var key = reader.Key();
        var named = reader.Below(2, "Whether a session is named") == 1;
        var start = reader.Signed();
        var session = new VisitorSession(key, named, start)
        {
            Last = start + reader.Signed(),
            Version = reader.Below(int.MaxValue, "A session's interactions"),
        };
        for (var left = reader.Below(ItemNotice.MaxItems + 1, "The number of a session's items"); left > 0; left--)
            session.Items.Add(new(reader.Text(), Kind(ref reader)));
        return session;
    }

    private static InteractionKind Kind(ref ByteReader reader) =>
        (InteractionKind)reader.Below((int)InteractionKind.Purchase + 1, "What was done");
}
