using System.Buffers;
using Recommendations.Methods;
using Rules.Codec;

namespace Recommendations.Items;

/// <summary>What a visitor's session tells one of its items. It may arrive in any order, and more than once.</summary>
/// <param name="Item">To whom.</param>
/// <param name="Time">
/// The session's newest interaction, Unix milliseconds. Never falls while <paramref name="Version"/> rises.
/// </param>
/// <param name="Version">
/// The number of interactions of the session so far: of two notices of a session the one with more counts.
/// <see cref="Forgotten"/>: no later one counts.
/// </param>
/// <param name="Items">
/// The session's distinct items, oldest first, at most <see cref="MaxItems"/>; none: the item is to forget it.
/// </param>
public readonly record struct ItemNotice(string Item, SessionKey Session, long Time, int Version, IReadOnlyList<string> Items) : INotice
{
    /// <summary>The newest items of a session that are told.</summary>
    public const int MaxItems = 50;

    /// <summary>The version of a session that must not be learned again.</summary>
    public const int Forgotten = int.MaxValue;

    private const byte Format = 2;

    /// <summary>Whether another item is told the same.</summary>
    public bool Tells(in ItemNotice other) =>
        Session == other.Session && Version == other.Version && Time == other.Time && ReferenceEquals(Items, other.Items);

    /// <summary>Without the item, which is the record's key: what all items of a session are told is the same bytes.</summary>
    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Key(Session);
        writer.Signed(Time);
        writer.Unsigned((ulong)Version);
        writer.Unsigned((ulong)Items.Count);
        foreach (var item in Items)
            writer.Text(item);
        writer.Flush();
    }

    /// <param name="catalogue">Has the ids that are to be shared.</param>
    /// <exception cref="InvalidDataException">The bytes are not a notice.</exception>
    public static ItemNotice Decode(string item, ReadOnlySpan<byte> bytes, ICatalogue catalogue)
    {
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, "An item's notice");
        var session = reader.Key();
        var time = reader.Signed();
        var version = (int)Math.Min(reader.Unsigned(), Forgotten);
        var items = new string[reader.Below(MaxItems + 1, "The number of a session's items")];
        for (var i = 0; i < items.Length; i++)
            items[i] = catalogue.IdOf(reader.Bytes());
        StateFormat.End(reader, "An item's notice");
        return new(item, session, time, version, items);
    }
}
