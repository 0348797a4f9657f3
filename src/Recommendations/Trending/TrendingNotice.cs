using System.Buffers;
using Recommendations.Methods;
using Rules.Codec;

namespace Recommendations.Trending;

/// <summary>How often an item was taken up lately, as the item itself has counted. It may arrive in any order, and more than once.</summary>
public readonly record struct TrendingNotice(string Item, DecayedCount Count) : INotice
{
    private const byte Format = 1;

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Text(Item);
        writer.Double(Count.Value);
        writer.Signed(Count.Time);
        writer.Flush();
    }

    /// <param name="catalogue">Has the ids that are to be shared.</param>
    /// <exception cref="InvalidDataException">The bytes are not a notice.</exception>
    public static TrendingNotice Decode(ReadOnlySpan<byte> bytes, ICatalogue catalogue)
    {
        const string What = "A trending notice";
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, What);
        var item = catalogue.IdOf(reader.Bytes());
        var value = reader.Double();
        if (!double.IsFinite(value))
            throw new InvalidDataException($"{What} counts {value}.");
        var notice = new TrendingNotice(item, new(value, reader.Signed()));
        StateFormat.End(reader, What);
        return notice;
    }
}
