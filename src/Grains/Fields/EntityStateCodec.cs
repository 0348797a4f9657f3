using System.Buffers;
using Rules.Codec;
using Rules.Engine;

namespace Grains.Fields;

/// <summary>
/// The bytes of an <see cref="EntityState"/>. Version 2: version byte; count; first and last time; the numbers that have
/// had a value, each with the hash of its name; texts and booleans likewise; what the rules keep (<see cref="EntityRules.Write"/>). Counts
/// and times are variable-length integers, the rest little-endian.
/// </summary>
internal static class EntityStateCodec
{
    private const byte Version = 2;

    /// <summary>The last values of a field that a state may hold, whatever the kind's configuration says now.</summary>
    private const int MaxRecent = 1000;

    public static void Write(EntityState state, IBufferWriter<byte> output)
    {
        var writer = new ByteWriter(output);
        writer.Byte(Version);
        writer.Unsigned((ulong)state.Count);
        writer.Signed(state.FirstTime);
        writer.Signed(state.LastTime);
        WriteNumbers(state, ref writer);
        WriteAttributes(state, ref writer);
        writer.Flush();
        state.Rules.Write(output);
    }

    public static EntityState Read(FieldTable fields, RuleProgram rules, ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        var version = reader.Byte();
        if (version != Version)
            throw new InvalidDataException($"The state has version {version}; this program reads version {Version}.");
        var state = new EntityState(fields)
        {
            Count = (long)reader.Unsigned(),
            FirstTime = reader.Signed(),
            LastTime = reader.Signed(),
        };
        for (var n = reader.Length(); n > 0; n--)
            ReadNumber(state, ref reader);
        for (var n = reader.Length(); n > 0; n--)
            ReadAttribute(state, ref reader);
        state.Rules = EntityRules.Read(rules, bytes[reader.Position..]);
        return state;
    }

    private static void WriteNumbers(EntityState state, ref ByteWriter writer)
    {
        var seen = 0;
        foreach (var field in state.Fields.Numbers)
            if (state.Number(field.Slot).Count > 0)
                seen++;
        writer.Unsigned((ulong)seen);
        foreach (var field in state.Fields.Numbers)
        {
            ref readonly var number = ref state.Number(field.Slot);
            if (number.Count == 0)
                continue;
            writer.Fixed(field.Id);
            writer.Unsigned((ulong)number.Count);
            writer.Double(number.Sum);
            writer.Double(number.Min);
            writer.Double(number.Max);
            writer.Double(number.EwMean);
            writer.Double(number.EwVariance);
            writer.Double(number.Last);
            writer.Unsigned((ulong)number.RecentCount);
            var recent = state.RecentOf(field.Slot);
            for (var i = 0; i < number.RecentCount; i++)
                writer.Double(number.Recent(recent, i));
        }
    }

    private static void ReadNumber(EntityState state, ref ByteReader reader)
    {
        var id = reader.Fixed();
        var number = new FieldState
        {
            Count = (long)reader.Unsigned(),
            Sum = reader.Double(),
            Min = reader.Double(),
            Max = reader.Double(),
            EwMean = reader.Double(),
            EwVariance = reader.Double(),
            Last = reader.Double(),
        };
        var count = reader.Length(sizeof(double));
        if (count > MaxRecent || count > number.Count)
            throw new InvalidDataException($"The state has {count} last values of {number.Count}.");
        Span<double> recent = stackalloc double[count];
        for (var i = 0; i < count; i++)
            recent[i] = reader.Double();
        foreach (var field in state.Fields.Numbers)
        {
            if (field.Id != id)
                continue;
            number.RestoreRecent(recent, state.RecentOf(field.Slot));
            state.Number(field.Slot) = number;
        }
    }

    private static void WriteAttributes(EntityState state, ref ByteWriter writer)
    {
        var seen = 0;
        foreach (var field in state.Fields.Attributes)
            if (state.HasAttribute(field.Slot))
                seen++;
        writer.Unsigned((ulong)seen);
        foreach (var field in state.Fields.Attributes)
        {
            if (!state.HasAttribute(field.Slot))
                continue;
            writer.Fixed(field.Id);
            writer.Bytes(state.AttributeBytes(field.Slot));
        }
    }

    private static void ReadAttribute(EntityState state, ref ByteReader reader)
    {
        var id = reader.Fixed();
        var text = reader.Bytes();
        foreach (var field in state.Fields.Attributes)
            if (field.Id == id)
                state.SetAttribute(field.Slot, text);
    }
}
