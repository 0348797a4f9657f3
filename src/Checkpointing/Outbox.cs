namespace Checkpointing;

/// <summary>An entity's outputs that are not known to be acknowledged: of one source's records, in the order of their offsets.</summary>
internal sealed class Outbox
{
    private readonly Ring<CausedOutput> _entries = new();

    public int Count => _entries.Count;

    public CausedOutput this[int index] => _entries[index];

    public void Add(long offset, IReadOnlyList<Output> outputs)
    {
        for (var i = 0; i < outputs.Count; i++)
            Add(new CausedOutput(offset, outputs[i]));
    }

    public void Add(in CausedOutput output) => _entries.Add(output);

    /// <summary>Drops the outputs of records below an offset.</summary>
    public void Prune(long below)
    {
        while (_entries.Count > 0 && _entries[0].Offset < below)
            _entries.RemoveFirst();
    }

    /// <summary>Drops the outputs to a topic.</summary>
    public void Drop(string topic)
    {
        for (var left = _entries.Count; left > 0; left--)
        {
            var entry = _entries[0];
            _entries.RemoveFirst();
            if (entry.Output.Topic != topic)
                _entries.Add(entry);
        }
    }

    /// <summary>The outputs of the records from one offset to another, both included.</summary>
    public IReadOnlyList<CausedOutput> Between(long first, long last)
    {
        var from = FirstAtLeast(first);
        var count = 0;
        while (from + count < _entries.Count && _entries[from + count].Offset <= last)
            count++;
        if (count == 0)
            return [];
        var outputs = new CausedOutput[count];
        for (var i = 0; i < count; i++)
            outputs[i] = _entries[from + i];
        return outputs;
    }

    private int FirstAtLeast(long offset)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_entries[middle].Offset < offset)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
