using System.Buffers;
using System.Runtime.InteropServices;
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
        var ids = Array.Empty<ItemId>();
        _ids.CopyTo(ref ids);
        var sessions = CollectionsMarshal.AsSpan(_sessions);
        var places = SessionFormat.WriteIds(ref writer, sessions, _numbers, ids);
        writer.Unsigned((ulong)sessions.Length);
        var before = 0L;
        foreach (ref readonly var session in sessions)
        {
            writer.Key(session.Key);
            writer.Signed(session.Time - before);
            before = session.Time;
            writer.Unsigned((ulong)session.Version);
            SessionFormat.WriteItems(ref writer, ItemsOf(session), places);
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
        var count = reader.Below(MaxSessions + 1, "The number of sessions");
        var before = 0L;
        for (var i = 0; i < count; i++)
        {
            var key = reader.Key();
            before += reader.Signed();
            if (i > 0 && !Older(state._sessions[^1], before, key))
                throw new InvalidDataException($"Sessions are not in order before byte {reader.Position}.");
            var version = (int)Math.Min(reader.Unsigned(), ItemNotice.Forgotten);
            state.Add(key, before, version, Array.ConvertAll(SessionFormat.ReadItems(ref reader, ids.Length), number => ids[number]));
        }

        StateFormat.End(reader, What);
        return state;
    }
}
