using System.Collections;

namespace Checkpointing;

/// <summary>
/// Records that follow each other, where they lie in the chunks of a reader's cache: nothing is copied while they stay in their
/// silo. They are not changed, and live for as long as anybody holds them.
/// </summary>
public sealed class RecordSlice : IReadOnlyList<EventRecord>
{
    public static readonly RecordSlice Empty = new([], 0, 0);

    private const int ChunkSize = ChunkedQueue<EventRecord>.ChunkSize;

    private readonly EventRecord[][] _chunks;
    private readonly int _start;

    private RecordSlice(EventRecord[][] chunks, int start, int count) => (_chunks, _start, Count) = (chunks, start, count);

    public int Count { get; }

    public EventRecord this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var (chunk, place) = Locate(index);
            return chunk[place];
        }
    }

    public IEnumerator<EventRecord> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The slice of a cache that begins at an index.</summary>
    internal static RecordSlice Of(ChunkedQueue<EventRecord> cache, long first, int count)
    {
        var start = (int)(first % ChunkSize);
        var chunks = new EventRecord[(start + count + ChunkSize - 1) / ChunkSize][];
        for (var i = 0; i < chunks.Length; i++)
            chunks[i] = cache.ChunkOf(first - start + ((long)i * ChunkSize));
        return new RecordSlice(chunks, start, count);
    }

    /// <summary>The same records as a slice: copied, unless they are one.</summary>
    internal static RecordSlice Of(IReadOnlyList<EventRecord> records)
    {
        if (records is RecordSlice slice)
            return slice;
        var copy = new ChunkedQueue<EventRecord>();
        for (var i = 0; i < records.Count; i++)
            copy.Add(records[i]);
        return Of(copy, 0, records.Count);
    }

    /// <summary>Where a record lies.</summary>
    internal (EventRecord[] Chunk, int Place) Locate(int index)
    {
        var at = _start + index;
        return (_chunks[at / ChunkSize], at % ChunkSize);
    }
}

/// <summary>A slice on its way to another silo: its records alone.</summary>
[GenerateSerializer, Alias("granary.RecordSlice")]
public struct RecordSliceSurrogate
{
    [Id(0)]
    public EventRecord[] Records { get; set; }
}

[RegisterConverter]
public sealed class RecordSliceConverter : IConverter<RecordSlice, RecordSliceSurrogate>
{
    public RecordSlice ConvertFromSurrogate(in RecordSliceSurrogate surrogate) => RecordSlice.Of(surrogate.Records);

    public RecordSliceSurrogate ConvertToSurrogate(in RecordSlice value) => new() { Records = [.. value] };
}
