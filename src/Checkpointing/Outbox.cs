using System.Buffers;

namespace Checkpointing;

/// <summary>
/// An entity's outputs that are not known to be released: of one source's records, in the order of their offsets. Kept as they
/// are stored, for there may be very many of them and hardly one is ever asked for again.
/// </summary>
internal sealed class Outbox : IBufferWriter<byte>
{
    // What an output takes beside its texts and bytes, about; headers are few.
    private const int Numbers = 48;

    // Arrays that are used again: one made anew for each entity that has something to send would be moved by the collector, and
    // make it look through the outbox that has it.
    private static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(maxArrayLength: 16 * 1024, maxArraysPerBucket: 16 * 1024);

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public int Count { get; private set; }

    /// <summary>Offset and output of each, in the format of <see cref="EntityLedgerFormat"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(_start.._end);

    public void Add(in CausedOutput output)
    {
        var content = output.Output;
        MakeRoom(content.Id.Length + content.Topic.Length + content.Key.Length + content.Value.Length + Numbers);
        EntityLedgerFormat.Write(new LedgerWriter(this), output);
        Count++;
    }

    /// <summary>Adds what another outbox had as its <see cref="Bytes"/>.</summary>
    public void Add(int count, ReadOnlySpan<byte> bytes)
    {
        this.Write(bytes);
        Count += count;
    }

    /// <summary>Drops the outputs of records below an offset.</summary>
    public void Prune(long below)
    {
        while (Count > 0)
        {
            var from = new LedgerReader(Bytes);
            if (from.Number() >= below)
                return;
            EntityLedgerFormat.SkipOutput(ref from);
            Count--;
            _start = _end - from.Rest.Length;
        }
        Clear();
    }

    /// <summary>Drops the outputs to a topic.</summary>
    public void Drop(string topic)
    {
        var entries = All();
        Clear();
        foreach (var entry in entries)
        {
            if (entry.Output.Topic != topic)
                Add(entry);
        }
    }

    /// <summary>The outputs of the records from one offset to another, both included.</summary>
    public IReadOnlyList<CausedOutput> Between(long first, long last) =>
        Count == 0 ? [] : All().FindAll(entry => entry.Offset >= first && entry.Offset <= last);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_end);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        MakeRoom(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_end);
    }

    void IBufferWriter<byte>.Advance(int count) => _end += count;

    private List<CausedOutput> All()
    {
        var entries = new List<CausedOutput>(Count);
        var from = new LedgerReader(Bytes);
        for (var left = Count; left > 0; left--)
            entries.Add(EntityLedgerFormat.ReadCausedOutput(ref from));
        return entries;
    }

    private void Clear()
    {
        Return();
        (_bytes, _start, _end, Count) = ([], 0, 0, 0);
    }

    private void MakeRoom(int size)
    {
        if (size <= _bytes.Length - _end)
            return;
        var used = _end - _start;
        if (used + size <= _bytes.Length / 2)
        {
            Bytes.CopyTo(_bytes);
        }
        else
        {
            var larger = Pool.Rent(Math.Max(used + size, 2 * _bytes.Length));
            Bytes.CopyTo(larger);
            Return();
            _bytes = larger;
        }
        (_start, _end) = (0, used);
    }

    private void Return()
    {
        if (_bytes.Length > 0)
            Pool.Return(_bytes);
    }
}
