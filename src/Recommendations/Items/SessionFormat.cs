using Rules.Codec;

namespace Recommendations.Items;

/// <summary>
/// How an item's sessions are written: each id once, in order of its first use, and the sessions' items as places among
/// them.
/// </summary>
internal static class SessionFormat
{
    private const int MaxIds = ItemState.MaxSessions * ItemNotice.MaxItems;

    /// <summary>Answers each number's place among the ids that were written.</summary>
    /// <param name="ids">By number.</param>
    public static int[] WriteIds(
        ref ByteWriter writer, ReadOnlySpan<StoredSession> sessions, ReadOnlySpan<ushort> numbers, ReadOnlySpan<ItemId> ids)
    {
        var places = new int[ids.Length];
        Array.Fill(places, -1);
        var order = new List<string>();
        foreach (ref readonly var session in sessions)
        {
            foreach (var number in numbers.Slice(session.Start, session.Count))
            {
                if (places[number] >= 0)
                    continue;
                places[number] = order.Count;
                order.Add(ids[number].Text);
            }
        }

        writer.Unsigned((ulong)order.Count);
        foreach (var id in order)
            writer.Text(id);
        return places;
    }

    public static string[] ReadIds(ref ByteReader reader)
    {
        var ids = new string[reader.Below(MaxIds + 1, "The number of ids")];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = reader.Text();
        return ids;
    }

    public static void WriteItems(ref ByteWriter writer, ReadOnlySpan<ushort> items, int[] places)
    {
        writer.Unsigned((ulong)items.Length);
        foreach (var number in items)
            writer.Unsigned((ulong)places[number]);
    }

    public static ushort[] ReadItems(ref ByteReader reader, int ids)
    {
        var items = new ushort[reader.Below(ItemNotice.MaxItems + 1, "The number of a session's items")];
        for (var i = 0; i < items.Length; i++)
            items[i] = (ushort)reader.Below(ids, "The place of an id");
        return items;
    }
}
