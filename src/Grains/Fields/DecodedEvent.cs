using Rules.Engine;

namespace Grains.Fields;

/// <summary>
/// One event, decoded; reused for the next, so nothing of it outlives the next <see cref="EventDecoder.TryDecode"/>.
/// Fields go by their ordinal.
/// </summary>
internal sealed class DecodedEvent : IRuleEvent
{
    private readonly double[] _values;
    private readonly Slice[] _texts;
    private byte[] _buffer = new byte[256];
    private int _used;
    private ulong _present;

    /// <param name="fields">The number of the kind's fields.</param>
    /// <param name="copies">The number of values kept as they came, for alert changes.</param>
    public DecodedEvent(int fields, int copies)
    {
        _values = new double[fields];
        _texts = new Slice[fields + copies];
    }

    /// <summary>When it happened, milliseconds since the Unix epoch.</summary>
    public long Time { get; set; }

    /// <summary>Whether the event has the field.</summary>
    public bool Has(int ordinal) => (_present >> ordinal & 1) != 0;

    /// <summary>A number, or 1 for true and 0 for false. Only of a field that it has.</summary>
    public double Value(int ordinal) => _values[ordinal];

    /// <inheritdoc/>
    public double Number(int field) => Has(field) ? _values[field] : double.NaN;

    /// <summary>The text of a text field, UTF-8, unescaped; empty if it has none.</summary>
    public ReadOnlySpan<byte> Text(int ordinal) => At(_texts[ordinal]);

    /// <summary>The n-th value kept as it came: valid JSON, or empty if the event has none.</summary>
    public ReadOnlySpan<byte> Copy(int n) => At(_texts[_values.Length + n]);

    internal ulong Present => _present;

    internal void Clear()
    {
        _present = 0;
        _used = 0;
        Array.Clear(_texts);
    }

    internal void Unset(int ordinal)
    {
        _present &= ~(1UL << ordinal);
        _texts[ordinal] = default;
    }

    internal void Set(int ordinal, double value)
    {
        _values[ordinal] = value;
        _present |= 1UL << ordinal;
    }

    /// <summary>Room for a text of at most that length; <see cref="CommitText"/> says how long it has become.</summary>
    internal Span<byte> Reserve(int length)
    {
        if (_buffer.Length - _used < length)
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _used + length));
        return _buffer.AsSpan(_used, length);
    }

    internal void CommitText(int ordinal, int length)
    {
        _texts[ordinal] = new Slice(_used, length);
        _used += length;
        _present |= 1UL << ordinal;
    }

    internal void SetCopy(int n, ReadOnlySpan<byte> json)
    {
        json.CopyTo(Reserve(json.Length));
        _texts[_values.Length + n] = new Slice(_used, json.Length);
        _used += json.Length;
    }

    private ReadOnlySpan<byte> At(Slice slice) => _buffer.AsSpan(slice.Start, slice.Length);

    private readonly record struct Slice(int Start, int Length);
}
