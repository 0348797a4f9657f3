using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Rules.Codec;

namespace Recommendations.Feedback;

/// <summary>
/// What a source tells the counters. It may arrive in any order, and more than once: <see cref="FeedbackShard"/> takes each once.
/// </summary>
/// <param name="Source">Who tells: <see cref="SourceOf"/>, so nobody's name is kept.</param>
/// <param name="Number">Counts the source's notices up by 1, from any positive number.</param>
public sealed record FeedbackNotice(ulong Source, long Number, IReadOnlyList<FeedbackEvent> Events) : INotice
{
    private const byte Format = 1;

    /// <summary>A visitor, or a process that shows lists, as a hash.</summary>
    public static ulong SourceOf(string name) => XxHash64.HashToUInt64(MemoryMarshal.AsBytes<char>(name));

    public void Encode(IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Format);
        writer.Fixed(Source);
        writer.Unsigned((ulong)Number);
        writer.Unsigned((ulong)Events.Count);
        foreach (var (variant, method, time, counts) in Events)
        {
            writer.Text(variant);
            writer.Text(method);
            writer.Signed(time);
            counts.Write(ref writer);
        }

        writer.Flush();
    }

    /// <exception cref="InvalidDataException">The bytes are not a notice.</exception>
    public static FeedbackNotice Decode(ReadOnlySpan<byte> bytes)
    {
        const string What = "A feedback notice";
        var reader = new ByteReader(bytes);
        StateFormat.Begin(ref reader, Format, What);
        var source = reader.Fixed();
        var number = (long)reader.Unsigned();
        var events = new FeedbackEvent[reader.Length(7)];
        for (var i = 0; i < events.Length; i++)
            events[i] = new(reader.Text(), reader.Text(), reader.Signed(), FeedbackCounts.Read(ref reader));
        StateFormat.End(reader, What);
        return new(source, number, events);
    }
}
