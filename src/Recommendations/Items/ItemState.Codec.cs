using System.Buffers;
using Rules.Codec;

namespace Recommendations.Items;

/// <content>
/// Format 1: version · item · number of ids · ids · number of sessions · sessions, oldest first: key (16 B) · time, from the one before ·
/// version · number of items · numbers of ids. Ids are in order of their first use, so equal states have equal bytes.
/// </content>
public sealed partial class ItemState
{
    private const byte Format = 1;

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Text(Item);
        var written = new int[_ids.Slots]; // by number: its place in what is written, from 1
        var order = new List<ushort>();
        foreach (var entry in _sessions)
        {
            foreach (var number in entry.Items)
            {
                if (written[number] > 0)
                    continue;
                order.Add(number);
                written[number] = order.Count;
            }
        }

        writer.Unsigned((ulong)order.Count);
        foreach (var number in order)
            writer.Text(_ids[number]);
        writer.Unsigned((ulong)_sessions.Count);
        var before = 0L;
        foreach (var entry in _sessions)
        {
            writer.Key(entry.Key);
            writer.Signed(entry.Time - before);
            before = entry.Time;
            writer.Unsigned((ulong)entry.Version);
            writer.Unsigned((ulong)entry.Items.Length);
            foreach (var number in entry.Items)
                writer.Unsigned((ulong)(written[number] - 1));
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
        var ids = new string[reader.Below((MaxSessions * ItemNotice.MaxItems) + 1, "The number of ids")];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = reader.Text();
        var sessions = reader.Below(MaxSessions + 1, "The number of sessions");
        var before = 0L;
        for (var i = 0; i < sessions; i++)
        {
            var key = reader.Key();
            before += reader.Signed();
            if (i > 0 && !Older(state._sessions[^1], before, key))
                throw new InvalidDataException($"Sessions are not in order before byte {reader.Position}.");
            var version = (int)Math.Min(reader.Unsigned(), ItemNotice.Forgotten);
            var items = new string[reader.Below(ItemNotice.MaxItems + 1, "The number of a session's items")];
            for (var j = 0; j < items.Length; j++)
                items[j] = ids[reader.Below(ids.Length, "The number of an id")];
            state._sessions.Add(new(key, before, version, state._ids.Add(items)));
        }

        StateFormat.End(reader, What);
        return state;
    }
}
