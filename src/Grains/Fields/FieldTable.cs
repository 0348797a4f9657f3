using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using Grains.Kinds;
using Rules.Language;

namespace Grains.Fields;

/// <summary>A field of a kind.</summary>
/// <param name="Ordinal">Its place among all fields, ordered by name: the index into
/// <see cref="DecodedEvent"/>.</param>
/// <param name="Slot">Its place among the fields that are kept alike: numbers, or texts and booleans.</param>
/// <param name="Id">A hash of its name, by which a stored state finds it.</param>
internal sealed record Field(string Name, string Path, FieldType Type, bool Required, int Ordinal, int Slot, ulong Id);

/// <summary>The fields of a kind, and how their statistics are kept.</summary>
internal sealed class FieldTable
{
    /// <summary>The most fields a kind may have: one bit each in <see cref="DecodedEvent"/>.</summary>
    public const int MaxFields = 64;

    public ImmutableArray<Field> Fields { get; }

    /// <summary>The fields of type number, by slot.</summary>
    public ImmutableArray<Field> Numbers { get; }

    /// <summary>The fields of type text and boolean, by slot.</summary>
    public ImmutableArray<Field> Attributes { get; }

    /// <summary>The fields as rules see them: by ordinal.</summary>
    public IReadOnlyList<RuleField> RuleFields { get; }

    public int RecentValues { get; }

    public double Alpha { get; }

    public FieldTable(KindOptions options)
    {
        var fields = ImmutableArray.CreateBuilder<Field>(options.Fields.Count);
        int numbers = 0, attributes = 0;
        foreach (var (name, field) in options.Fields.OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var slot = field.Type == FieldType.Number ? numbers++ : attributes++;
            fields.Add(new Field(name, field.Path ?? name, field.Type, field.Required, fields.Count, slot, IdOf(name)));
        }

        Fields = fields.MoveToImmutable();
        Numbers = [.. Fields.Where(f => f.Type == FieldType.Number)];
        Attributes = [.. Fields.Where(f => f.Type != FieldType.Number)];
        RuleFields = [.. Fields.Select(f => new RuleField(f.Name, TypeOf(f.Type), f.Ordinal))];
        RecentValues = options.RecentValues;
        Alpha = options.Alpha;
    }

    /// <summary>The field of that name; null when the kind has none.</summary>
    public Field? Find(string name)
    {
        foreach (var field in Fields)
            if (field.Name == name)
                return field;
        return null;
    }

    private static RuleType TypeOf(FieldType type) => type switch
    {
        FieldType.Number => RuleType.Number,
        FieldType.Boolean => RuleType.Boolean,
        _ => RuleType.Text,
    };

    private static ulong IdOf(string name) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name));
}
