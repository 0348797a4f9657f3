using System.Numerics;
using System.Runtime.InteropServices;
using Rules.Codec;
using Rules.Language;

namespace Rules.Aggregates;

/// <summary>
/// How many different hashes there are: exact up to <see cref="MostExact"/>, above that a HyperLogLog (Flajolet et al.
/// 2007) of 2,048 registers with Ertl's estimator ("New cardinality estimation algorithms for HyperLogLog sketches",
/// 2017, improved raw estimation): standard error 1.04 / √2048 = 2.3 %. The state depends on the set of hashes alone,
/// not on their order or how they were merged.
/// </summary>
internal struct DistinctSketch : IAccumulator<DistinctSketch>
{
    public const int MostExact = Registers / 8;

    private const int IndexBits = 11;
    private const int Registers = 1 << IndexBits;
    private const int HighestRank = 64 - IndexBits + 1;

    /// <summary>The hashes; or, of a sketch, the registers, a byte each.</summary>
    private SortedCells _cells;
    private bool _isSketch;

    public static int MaxBytes => 2 + Registers;

    public static bool IsOrderFree => true;

    public bool Add(in Sample sample) => Add(sample.Hash);

    public void Merge(in DistinctSketch later)
    {
        if (_cells.Count == 0)
        {
            _cells.Set(later._cells.Used);
            _isSketch = later._isSketch;
        }
        else if (later._isSketch)
        {
            if (!_isSketch)
                BecomeSketch();
            var mine = MemoryMarshal.Cast<ulong, Vector<byte>>(_cells.Used);
            var others = MemoryMarshal.Cast<ulong, Vector<byte>>(later._cells.Used);
            for (var i = 0; i < mine.Length; i++)
                mine[i] = Vector.Max(mine[i], others[i]);
        }
        else
        {
            foreach (var hash in later._cells.Used)
                Add(hash);
        }
    }

    public void Clear()
    {
        _cells.Truncate(0);
        _isSketch = false;
    }

    /// <summary>A whole number.</summary>
    public readonly double Result(AggregateSpec spec) =>
        _cells.Count == 0 ? double.NaN : _isSketch ? Math.Round(Estimate()) : _cells.Count;

    /// <summary>The number of hashes and the hashes; 0 and the registers.</summary>
    public readonly void Write(ref ByteWriter writer)
    {
        writer.Unsigned(_isSketch ? 0 : (ulong)_cells.Count);
        foreach (var cell in _cells.Used)
            writer.Fixed(cell);
    }

    public void Read(ref ByteReader reader)
    {
        Clear();
        var count = StateReader.Length(ref reader, 8, MostExact);
        _isSketch = count == 0;
        var previous = 0UL;
        for (var i = 0; i < (_isSketch ? MostExact : count); i++)
        {
            var cell = reader.Fixed();
            if (!_isSketch && i > 0 && cell <= previous)
                throw new InvalidDataException($"Hash {i} is not above the one before.");
            _cells.Insert(i, previous = cell, MostExact);
        }

        if (_isSketch && MemoryMarshal.AsBytes(_cells.Used).ContainsAnyExceptInRange((byte)0, (byte)HighestRank))
            throw new InvalidDataException($"A register exceeds {HighestRank}.");
    }

    private bool Add(ulong hash)
    {
        if (!_isSketch)
        {
            var at = _cells.From(hash);
            if (at < _cells.Count && _cells.Used[at] == hash)
                return false;
            if (_cells.Count < MostExact)
            {
                _cells.Insert(at, hash, MostExact);
                return true;
            }

            BecomeSketch();
        }

        return Raise(MemoryMarshal.AsBytes(_cells.Used), hash);
    }

    private void BecomeSketch()
    {
        Span<ulong> registers = stackalloc ulong[MostExact];
        registers.Clear();
        foreach (var hash in _cells.Used)
            Raise(MemoryMarshal.AsBytes(registers), hash);
        _cells.Set(registers);
        _isSketch = true;
    }

    private static bool Raise(Span<byte> registers, ulong hash)
    {
        var rank = BitOperations.LeadingZeroCount(hash << IndexBits | 1UL << IndexBits - 1) + 1;
        ref var register = ref registers[(int)(hash >> 64 - IndexBits)];
        if (rank <= register)
            return false;
        register = (byte)rank;
        return true;
    }

    /// <summary>
    /// Ertl's algorithm 6; z gathers the expected number of registers of each rank, weighted by 2^-rank.
    /// </summary>
    private readonly double Estimate()
    {
        Span<int> ofRank = stackalloc int[HighestRank + 1];
        ofRank.Clear();
        var left = Registers;
        for (var rank = 0; left > 0; rank++)
            left -= ofRank[rank] = MemoryMarshal.AsBytes(_cells.Used).Count((byte)rank);
        var z = Registers * Tau(1 - (double)ofRank[HighestRank] / Registers);
        for (var rank = HighestRank - 1; rank >= 1; rank--)
            z = (z + ofRank[rank]) / 2;
        z += Registers * Sigma((double)ofRank[0] / Registers);
        return Registers / (2 * Math.Log(2)) * Registers / z;
    }

    /// <summary>x + Σ x^(2^k) 2^(k-1): the correction for registers that nothing has reached.</summary>
    private static double Sigma(double x)
    {
        if (x == 1)
            return double.PositiveInfinity;
        var (sum, before, factor) = (x, -1.0, 1.0);
        while (sum != before)
        {
            x *= x;
            before = sum;
            sum += x * factor;
            factor += factor;
        }

        return sum;
    }

    /// <summary>(1 - x - Σ (1 - x^(2^-k))² 2^-k) / 3: the correction for registers that are at their limit.</summary>
    private static double Tau(double x)
    {
        if (x is 0 or 1)
            return 0;
        var (sum, before, factor) = (1 - x, -1.0, 1.0);
        while (sum != before)
        {
            x = Math.Sqrt(x);
            before = sum;
            factor /= 2;
            sum -= (1 - x) * (1 - x) * factor;
        }

        return sum / 3;
    }
}
