namespace Checkpointing;

/// <summary>
/// A queue whose items stay where they were put until they are removed, each under one index for all that time. It grows by
/// chunks, so that nothing is copied and no array is large.
/// </summary>
internal sealed class ChunkedQueue<T>
{
    public const int ChunkSize = 1 << ChunkBits;

    private const int ChunkBits = 6;

    // The first chunk holds First; places of it that are used up are not cleared: a reader may still look at them.
    private readonly Ring<T[]> _chunks = new();

    /// <summary>The index of the first item, if there is one.</summary>
    public long First { get; private set; }

    /// <summary>The index that the next item gets.</summary>
    public long End { get; private set; }

    public int Count => (int)(End - First);

    /// <summary>The first item. There must be one.</summary>
    public ref T Front => ref this[First];

    public ref T this[long index] => ref ChunkOf(index)[(int)index & (ChunkSize - 1)];

    public long Add(in T item)
    {
        if (End % ChunkSize == 0)
            _chunks.Add(new T[ChunkSize]);
        this[End] = item;
        return End++;
    }

    public void RemoveFirst()
    {
        First++;
        if (First % ChunkSize == 0)
            _chunks.RemoveFirst();
    }

    /// <summary>Removes all; indexes go on, with a new chunk.</summary>
    public void Clear()
    {
        _chunks.Clear();
        First = End = (End + ChunkSize - 1) / ChunkSize * ChunkSize;
    }

    /// <summary>The array that holds an item, at <c>index % ChunkSize</c>.</summary>
    public T[] ChunkOf(long index) => _chunks[(int)((index >> ChunkBits) - (First >> ChunkBits))];
}
