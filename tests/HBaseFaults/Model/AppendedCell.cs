using System.Buffers.Binary;

namespace HBaseFaults.Model;

/// <summary>A cell of numbers that are appended: each acknowledged one once and in its turn, each unknown one at most once.</summary>
internal sealed class AppendedCell
{
    private const int Most = 256;

    private readonly List<int> _known = [];
    private readonly HashSet<int> _unknown = [];
    private int _last;

    /// <summary>Long enough: every append answers with the whole.</summary>
    public bool IsFull => _last >= Most;

    /// <summary>The next number, and the bytes to append.</summary>
    public (int Number, byte[] Bytes) Next()
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, ++_last);
        return (_last, bytes);
    }

    public void MayBeDone(int number) => _unknown.Add(number);

    /// <param name="value">What the append answered.</param>
    public Verdict Done(int number, ReadOnlySpan<byte> value)
    {
        _unknown.Add(number);
        var verdict = See(value);
        if (verdict != Verdict.Right) return verdict;
        return !_unknown.Remove(number) && _known[^1] == number ? Verdict.Right : Verdict.Lost;
    }

    /// <param name="value">What a read showed; empty: nothing is there.</param>
    public Verdict See(ReadOnlySpan<byte> value)
    {
        if (value.Length % sizeof(int) != 0) return Verdict.Wrong;
        var count = value.Length / sizeof(int);
        if (count < _known.Count) return Verdict.Lost;
        for (var i = 0; i < count; i++)
        {
            var number = BinaryPrimitives.ReadInt32BigEndian(value[(i * sizeof(int))..]);
            if (i < _known.Count)
            {
                if (_known[i] != number) return Verdict.Wrong;
            }
            else if (_unknown.Remove(number))
            {
                _known.Add(number);
            }
            else
            {
                return Verdict.Wrong;
            }
        }

        return Verdict.Right;
    }
}
