using System.Buffers;
using Rules.Codec;

namespace Recommendations.Items;

/// <content>
/// Format 1: version · item · number of ids · ids · number of sessions · sessions, oldest first: key (16 B) · time,
/// from the one before · version · number of items · numbers of ids. Ids are in order of their first use, so equal
/// states have equal bytes.
/// </content>
public sealed partial class ItemState
{
    private const byte Format = 1;

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Text(Item);
        var written = SessionFormat.WriteIds(ref writer, _sessions.Select(static entry => entry.Items), _ids.ToArray());
        writer.Unsigned((ulong)_sessions.Count);
        var before = 0L;
        foreach (var entry in _sessions)
        {
            writer.Key(entry.Key);
            writer.Signed(entry.Time - before);
            before = entry.Time;
            writer.Unsigned((ulong)entry.Version);
            SessionFormat.WriteItems(ref writer, entry.Items, written);
        }

        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not an item's state.</exception>
    public static ItemState Decode(ReadOnlySpan<byte> bytes)
    {
        const string What = "An item's state";
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, What);
        var state = new ItemState(reader.Text());
        var ids = SessionFormat.ReadIds(ref reader);
        var sessions = reader.Below(MaxSessions + 1, "The number of sessions");
        var before = 0L;
        for (var i = 0; i < sessions; i++)
        {
            var key = reader.Key();
            before += reader.Signed();
            if (i > 0 && !Older(state._sessions[^1], before, key))
                throw new InvalidDataException($"Sessions are not in order before byte {reader.Position}.");
            var version = (int)Math.Min(reader.Unsigned(), ItemNotice.Forgotten);
            var items = Array.ConvertAll(SessionFormat.ReadItems(ref reader, ids.Length), number => ids[number]);
            state._sessions.Add(new(key, before, version, state._ids.Add(items)));
        }

        StateFormat.End(reader, What);
        return state;
    }
}
