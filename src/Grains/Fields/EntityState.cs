using System.Buffers;
using System.Text;
using Rules.Engine;

namespace Grains.Fields;

/// <summary>
/// What is kept of an entity of a configured kind: statistics of its numbers, its last texts, what its rules keep.
/// Changed only by what is given to it, so a replay comes to the same bytes.
/// </summary>
internal sealed class EntityState
{
    private readonly FieldState[] _numbers;
    private readonly double[] _recent;
    private readonly byte[]?[] _attributes;

    /// <summary>Without rules yet: for a reader that puts back what they keep.</summary>
    internal EntityState(FieldTable fields)
    {
        Fields = fields;
        _numbers = new FieldState[fields.Numbers.Length];
        _numbers.AsSpan().Fill(FieldState.Empty);
        _recent = new double[fields.Numbers.Length * fields.RecentValues];
        _attributes = fields.Attributes.Length == 0 ? [] : new byte[]?[fields.Attributes.Length];
    }

    public EntityState(FieldTable fields, RuleProgram rules)
        : this(fields) => Rules = new EntityRules(rules);

    public FieldTable Fields { get; }

    /// <summary>The number of events applied.</summary>
    public long Count { get; internal set; }

    /// <summary>The time of the first event applied, milliseconds since the Unix epoch.</summary>
    public long FirstTime { get; internal set; }

    /// <summary>The time of the last event applied.</summary>
    public long LastTime { get; internal set; }

    /// <summary>Windows, patterns, alerts.</summary>
    public EntityRules Rules { get; internal set; } = null!;

    /// <summary>Takes an event in. Rules are judged after it.</summary>
    public void Apply(DecodedEvent e)
    {
        if (Count++ == 0)
            FirstTime = e.Time;
        LastTime = e.Time;
        foreach (var field in Fields.Numbers)
            if (e.Has(field.Ordinal))
                _numbers[field.Slot].Add(e.Value(field.Ordinal), Fields.Alpha, RecentOf(field.Slot));
        foreach (var field in Fields.Attributes)
            if (e.Has(field.Ordinal))
                SetAttribute(field.Slot, field.Type == Kinds.FieldType.Text
                    ? e.Text(field.Ordinal)
                    : e.Value(field.Ordinal) != 0 ? "true"u8 : "false"u8);
    }

    /// <summary>The statistics of a number, by slot.</summary>
    public ref FieldState Number(int slot) => ref _numbers[slot];

    /// <summary>The ring of a number's last values, by slot.</summary>
    public Span<double> RecentOf(int slot) => _recent.AsSpan(slot * Fields.RecentValues, Fields.RecentValues);

    /// <summary>The last value of a text or boolean, by slot; null if it never had one.</summary>
    public string? Attribute(int slot) => _attributes[slot] is { } text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>Goes on with other rules: what both keep is kept.</summary>
    public void Change(RuleProgram rules)
    {
        var bytes = new ArrayBufferWriter<byte>();
        Rules.Write(bytes);
        Rules = EntityRules.Read(rules, bytes.WrittenSpan);
    }

    /// <summary>Writes the state, fields by a hash of their name.</summary>
    public void Write(IBufferWriter<byte> writer) => EntityStateCodec.Write(this, writer);

    /// <summary>Reads what <see cref="Write"/> wrote, perhaps with other fields: what is no more is left out.</summary>
    /// <exception cref="InvalidDataException">The bytes are no state, or of a later version.</exception>
    public static EntityState Read(FieldTable fields, RuleProgram rules, ReadOnlySpan<byte> bytes) =>
        EntityStateCodec.Read(fields, rules, bytes);

    internal ReadOnlySpan<byte> AttributeBytes(int slot) => _attributes[slot];

    internal bool HasAttribute(int slot) => _attributes[slot] is not null;

    internal void SetAttribute(int slot, ReadOnlySpan<byte> text)
    {
        if (_attributes[slot] is not { } old || !text.SequenceEqual(old))
            _attributes[slot] = text.ToArray();
    }
}
