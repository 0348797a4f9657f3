using System.Buffers;
using System.Runtime.InteropServices;
using Rules.Codec;

namespace Recommendations.Items;

/// <content>
/// To hand them to another process. Format 1: version · item · number of ids · ids · number of sessions · sessions,
/// oldest first: key (16 B) · time, from the one before · number of items · places of ids.
/// </content>
public sealed partial class ItemSessions
{
    private const byte Format = 1;

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Text(Item);
        var sessions = CollectionsMarshal.AsSpan(_sessions);
        var places = SessionFormat.WriteIds(ref writer, sessions, CollectionsMarshal.AsSpan(_numbers), _ids.AsSpan(0, Slots));
        writer.Unsigned((ulong)Count);
        var before = 0L;
        foreach (ref readonly var session in sessions)
        {
            writer.Key(session.Key);
            writer.Signed(session.Time - before);
            before = session.Time;
            SessionFormat.WriteItems(ref writer, NumbersOf(session), places);
        }

        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not an item's sessions.</exception>
    public static ItemSessions Decode(ReadOnlySpan<byte> bytes)
    {
        const string What = "An item's sessions";
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, What);
        var found = new ItemSessions { Item = reader.Text() };
        found._ids = Array.ConvertAll(SessionFormat.ReadIds(ref reader), static id => new ItemId(id));
        found.Slots = found._ids.Length;
        var count = reader.Below(ItemState.MaxSessions + 1, "The number of sessions");
        var before = 0L;
        for (var i = 0; i < count; i++)
        {
            var key = reader.Key();
            before += reader.Signed();
            var items = SessionFormat.ReadItems(ref reader, found.Slots);
            found.Add(new(key, before, Version: 0, Start: 0, (byte)items.Length, Room: 0), items);
        }

        StateFormat.End(reader, What);
        return found;
    }
}
