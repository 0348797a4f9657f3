using System.Numerics;

namespace Rules.Aggregates;

/// <summary>A sorted array of cells that grows on demand and keeps its array when it is emptied.</summary>
internal struct SortedCells
{
    private ulong[]? _cells;

    public int Count { get; private set; }

    public readonly Span<ulong> Used => _cells.AsSpan(0, Count);

    /// <summary>The place of the first cell that is not less.</summary>
    public readonly int From(ulong cell)
    {
        // No branch depends on what is compared: no processor could foretell it.
        var used = Used;
        var low = 0;
        for (var left = used.Length; left > 0;)
        {
            var half = left + 1 >> 1;
            low += half * (used[low + half - 1] < cell ? 1 : 0);
            left -= half;
        }

        return low;
    }

    public void Insert(int at, ulong cell, int most)
    {
        if (_cells is null || Count == _cells.Length)
            Array.Resize(ref _cells, Math.Min(most, Math.Max(2, Count * 2)));
        _cells.AsSpan(at, Count - at).CopyTo(_cells.AsSpan(at + 1));
        _cells[at] = cell;
        Count++;
    }

    public void RemoveAt(int at)
    {
        _cells.AsSpan(at + 1, Count - at - 1).CopyTo(_cells.AsSpan(at));
        Count--;
    }

    /// <summary>Makes the cells these, which are sorted.</summary>
    public void Set(ReadOnlySpan<ulong> cells)
    {
        if (_cells is null || _cells.Length < cells.Length)
            _cells = new ulong[BitOperations.RoundUpToPowerOf2((uint)cells.Length)];
        cells.CopyTo(_cells);
        Count = cells.Length;
    }

    /// <summary>Drops all but the first ones.</summary>
    public void Truncate(int count) => Count = count;
}
