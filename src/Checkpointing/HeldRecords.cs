namespace Checkpointing;

/// <summary>
/// The records that a lane holds, in the order of their offsets, each linked to the next one of its entity. The records
/// themselves lie in the reader's chunks.
/// </summary>
internal sealed class HeldRecords<TTag>
{
    private readonly ChunkedQueue<HeldRecord> _records = new();

    /// <summary>How many records are held.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of their keys and values.</summary>
    public long Bytes { get; private set; }

    /// <summary>The lowest offset that is held; null when none is.</summary>
    public long? Lowest
    {
        get
        {
            // An entity lets its records go in order; what it has let go is taken out here once it comes to the front.
            while (_records.Count > 0 && _records.Front.IsReleased)
                _records.RemoveFirst();
            return _records.Count > 0 ? _records.Front.Offset : null;
        }
    }

    /// <summary>Holds a record, the entity's newest.</summary>
    /// <returns>Its index.</returns>
    public long Add(LaneEntity<TTag> entity, EventRecord[] chunk, int place)
    {
        var size = chunk[place].Size;
        var index = _records.Add(new HeldRecord
        {
            Chunk = chunk,
            Place = place,
            Offset = chunk[place].Offset,
            Next = EntityPosition.None,
            Size = size,
        });
        if (entity.Held++ == 0)
            entity.First = index;
        else
            _records[entity.Last].Next = index;
        entity.Last = index;
        Append(ref entity.Durable, index);
        Append(ref entity.Answered, index);
        Append(ref entity.Sent, index);
        Count++;
        Bytes += size;
        return index;
    }

    public long OffsetOf(long index) => _records[index].Offset;

    /// <summary>How many outputs of the record are not acknowledged.</summary>
    public ref int PendingOf(long index) => ref _records[index].Pending;

    /// <summary>How often the record's outputs were voided; those of an earlier round are awaited no more. -1: nor are any, it is let go.</summary>
    public int RoundOf(long index) => index < _records.First || _records[index].IsReleased ? -1 : _records[index].Round;

    /// <summary>The record's outputs are awaited anew.</summary>
    public void VoidOutputs(long index)
    {
        ref var record = ref _records[index];
        record.Pending = 0;
        record.Round++;
    }

    public void Advance(ref EntityPosition position) =>
        position = new EntityPosition(position.Passed + 1, position.Next, _records[position.Next].Next);

    /// <summary>The records of an entity from a position to its newest.</summary>
    public EventRecord[] From(LaneEntity<TTag> entity, EntityPosition position)
    {
        var records = new EventRecord[entity.Held - position.Passed];
        var index = position.Next;
        for (var i = 0; i < records.Length; i++)
        {
            ref var held = ref _records[index];
            records[i] = held.Chunk![held.Place];
            index = held.Next;
        }
        return records;
    }

    /// <summary>Lets go the entity's records that are durable and wait for no output, from its first one on.</summary>
    public void Release(LaneEntity<TTag> entity)
    {
        while (entity.Durable.Passed > 0 && _records[entity.First].Pending == 0)
        {
            ref var first = ref _records[entity.First];
            Count--;
            Bytes -= first.Size;
            entity.First = first.Next;
            first.Chunk = null;
            entity.Held--;
            entity.Durable.Passed--;
            entity.Answered.Passed--;
            entity.Sent.Passed--;
        }
    }

    /// <summary>The index of the record at an offset.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public long Find(long offset)
    {
        long low = _records.First, high = _records.End;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_records[middle].Offset < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low < _records.End && _records[low].Offset == offset && !_records[low].IsReleased
            ? low
            : throw new ArgumentException($"No record at offset {offset} is held.", nameof(offset));
    }

    public void Clear()
    {
        _records.Clear();
        Count = 0;
        Bytes = 0;
    }

    private static void Append(ref EntityPosition position, long index)
    {
        if (position.Next == EntityPosition.None)
            position.Next = index;
    }

    private struct HeldRecord
    {
        /// <summary>Where the record lies; null once it is released.</summary>
        public EventRecord[]? Chunk;
        public long Offset;
        public long Next;
        public int Place;
        public int Size;
        public int Pending;
        public int Round;

        public readonly bool IsReleased => Chunk is null;
    }
}
