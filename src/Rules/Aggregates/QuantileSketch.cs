using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// Quantiles: exact of up to <see cref="MostExact"/> samples, above that a UDDSketch (Epicoco et al. 2020: a DDSketch,
/// Masson et al. 2019, that joins its buckets in pairs when they are too many). Bucket i of level 1 holds the numbers
/// in (γ^(i-1), γ^i], γ = 1.01 / 0.99; each further level squares γ. The level is the lowest at which all samples fit
/// <see cref="MostBuckets"/> buckets. Relative error: 1 % at level 1, so always when no number is over 160 times
/// another (of the same sign); 2 % at the second, to 25,000 times; 4 % at the third, to 6 × 10^8 times; and so on, 2a /
/// (1 + a²) after a. The state depends on the set of samples alone, not on their order or how they were merged.
/// </summary>
internal struct QuantileSketch : IAccumulator<QuantileSketch>
{
    public const int MostExact = 64;
    public const int MostBuckets = 256;

    /// <summary>At which all buckets that can be are fewer than <see cref="MostBuckets"/>.</summary>
    private const int HighestLevel = 12;

    /// <summary>Sortable numbers (level 0), or buckets.</summary>
    private SortedCells _cells;
    private int _level;
    private long _count;

    public static int MaxBytes => 1 + 2 + MostBuckets * (5 + 5);

    public static bool IsOrderFree => true;

    /// <summary>
    /// Of numbers (which were fewer still), and of buckets of level 1 while they are too many to be numbers: a coarser
    /// sketch cannot tell whether the rest would be finer.
    /// </summary>
    public static bool TrySubtract(ref QuantileSketch whole, in QuantileSketch part)
    {
        if (whole._level > 1 || (whole._level == 1 && whole._count - part._count <= MostExact))
            return false;
        foreach (var cell in part._cells.Used)
            whole.Remove(whole._level == 0 ? cell : part._level == 0 ? Bucket.Of(Quantiles.Number(cell)).Cell : cell);
        whole._count -= part._count;
        return true;
    }

    public bool Add(in Sample sample)
    {
        AddNumber(sample.Number);
        return true;
    }

    public void Merge(in QuantileSketch later)
    {
        if (_count == 0)
        {
            _cells.Set(later._cells.Used);
            (_level, _count) = (later._level, later._count);
            return;
        }

        if (later._level == 0)
        {
            foreach (var cell in later._cells.Used)
                AddNumber(Quantiles.Number(cell));
            return;
        }

        if (_level == 0)
            BecomeBuckets();
        foreach (var cell in later._cells.Used)
            AddBucket(Bucket.Of(cell), later._level);
        _count += later._count;
    }

    public void Clear()
    {
        _cells.Truncate(0);
        (_level, _count) = (0, 0);
    }

    public readonly double Result(AggregateSpec spec)
    {
        if (_count == 0)
            return double.NaN;
        if (_level == 0)
            return Quantiles.Of(_cells.Used, spec.Parameter);
        var rank = spec.Parameter * (_count - 1);
        var below = (long)rank;
        var low = AtRank(below, out var high);
        return low + (high - low) * (rank - below);
    }

    /// <summary>
    /// The level and the cells: a sorted number in 8 bytes; a bucket's key, but for the first the distance from the one
    /// before, and its count.
    /// </summary>
    public readonly void Write(ref ByteWriter writer)
    {
        writer.Byte((byte)_level);
        writer.Unsigned((ulong)_cells.Count);
        var previous = 0;
        foreach (var cell in _cells.Used)
        {
            if (_level == 0)
            {
                writer.Double(Quantiles.Number(cell));
                continue;
            }

            var bucket = Bucket.Of(cell);
            writer.Signed(bucket.Key - previous);
            writer.Unsigned(bucket.Count);
            previous = bucket.Key;
        }
    }

    public void Read(ref ByteReader reader)
    {
        Clear();
        _level = reader.Byte();
        if (_level > HighestLevel)
            throw new InvalidDataException($"Level {_level}.");
        var length = _level == 0
            ? StateReader.Length(ref reader, 8, MostExact)
            : StateReader.Length(ref reader, 2, MostBuckets);
        if (length == 0)
            throw new InvalidDataException("A sketch of nothing.");
        var previous = 0L;
        for (var i = 0; i < length; i++)
            ReadCell(ref reader, i, ref previous);
    }

    private void ReadCell(ref ByteReader reader, int at, ref long previous)
    {
        var cell = 0UL;
        if (_level == 0)
        {
            cell = Quantiles.Sortable(reader.Double());
            _count++;
        }
        else
        {
            var distance = reader.Signed();
            var count = reader.Unsigned();
            if (distance is < int.MinValue or > int.MaxValue || !Bucket.CanBe(previous += distance, _level)
                || count is 0 or > uint.MaxValue)
                throw new InvalidDataException($"Bucket {at} cannot be.");
            cell = new Bucket((int)previous, (uint)count).Cell;
            _count += (long)count;
        }

        if (at > 0 && (_level == 0 ? cell < _cells.Used[at - 1] : cell >> 32 <= _cells.Used[at - 1] >> 32))
            throw new InvalidDataException($"Cell {at} is not above the one before.");
        _cells.Insert(at, cell, MostBuckets);
    }

    private void AddNumber(double number)
    {
        if (_level == 0 && _cells.Count == MostExact)
            BecomeBuckets();
        if (_level == 0)
            _cells.Insert(_cells.From(Quantiles.Sortable(number)), Quantiles.Sortable(number), MostBuckets);
        else
            AddBucket(Bucket.Of(number), 1);
        _count++;
    }

    private void Remove(ulong cell)
    {
        var isNumber = _level == 0;
        var at = _cells.From(isNumber ? cell : Bucket.Of(cell).FirstCell);
        var left = isNumber ? 0 : Bucket.Of(_cells.Used[at]).Count - Bucket.Of(cell).Count;
        if (left == 0)
            _cells.RemoveAt(at);
        else
            _cells.Used[at] -= Bucket.Of(cell).Count;
    }

    private void BecomeBuckets()
    {
        Span<ulong> numbers = stackalloc ulong[MostExact];
        var used = _cells.Used;
        used.CopyTo(numbers);
        _cells.Truncate(0);
        _level = 1;
        foreach (var number in numbers[..used.Length])
            AddBucket(Bucket.Of(Quantiles.Number(number)), 1);
    }

    private void AddBucket(Bucket bucket, int level)
    {
        while (true)
        {
            if (level > _level)
            {
                Coarsen();
                continue;
            }

            bucket = bucket.Coarser(_level - level);
            level = _level;
            var at = _cells.From(bucket.FirstCell);
            if (at < _cells.Count && Bucket.Of(_cells.Used[at]) is var same && same.Key == bucket.Key)
                _cells.Used[at] = same.Plus(bucket.Count).Cell;
            else if (_cells.Count < MostBuckets)
                _cells.Insert(at, bucket.Cell, MostBuckets);
            else
            {
                Coarsen();
                continue;
            }

            return;
        }
    }

    private void Coarsen()
    {
        _level++;
        var cells = _cells.Used;
        var used = 0;
        foreach (var cell in cells)
        {
            var bucket = Bucket.Of(cell).Coarser(1);
            if (used > 0 && Bucket.Of(cells[used - 1]) is var same && same.Key == bucket.Key)
                cells[used - 1] = same.Plus(bucket.Count).Cell;
            else
                cells[used++] = bucket.Cell;
        }

        _cells.Truncate(used);
    }

    /// <summary>About the number of that rank, from 0, and the one after it.</summary>
    private readonly double AtRank(long rank, out double next)
    {
        var cells = _cells.Used;
        var at = 0;
        var upTo = 0L;
        while ((upTo += Bucket.Of(cells[at]).Count) <= rank && at < cells.Length - 1)
            at++;
        var number = Bucket.Of(cells[at]).Middle(_level);
        next = rank + 1 < upTo || at == cells.Length - 1 ? number : Bucket.Of(cells[at + 1]).Middle(_level);
        return number;
    }
}
