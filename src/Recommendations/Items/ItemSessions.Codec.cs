using System.Buffers;
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
        var places = SessionFormat.WriteIds(ref writer, _items, _ids);
        writer.Unsigned((ulong)Count);
        var before = 0L;
        for (var i = 0; i < Count; i++)
        {
            writer.Key(_keys[i]);
            writer.Signed(_times[i] - before);
            before = _times[i];
            SessionFormat.WriteItems(ref writer, _items[i], places);
        }

        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not an item's sessions.</exception>
    public static ItemSessions Decode(ReadOnlySpan<byte> bytes)
    {
        const string What = "An item's sessions";
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, What);
        var item = reader.Text();
        var ids = SessionFormat.ReadIds(ref reader);
        var count = reader.Below(ItemState.MaxSessions + 1, "The number of sessions");
        var (keys, times, items) = (new SessionKey[count], new long[count], new ushort[count][]);
        var before = 0L;
        for (var i = 0; i < count; i++)
        {
            keys[i] = reader.Key();
            times[i] = before += reader.Signed();
            items[i] = SessionFormat.ReadItems(ref reader, ids.Length);
        }

        StateFormat.End(reader, What);
        return new(item, keys, times, items, Array.ConvertAll(ids, static id => new ItemId(id)));
    }
}
