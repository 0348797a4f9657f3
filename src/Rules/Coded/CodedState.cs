using System.Buffers;
using System.Text.Json;
using Rules.Codec;
using Rules.Engine;

namespace Rules.Coded;

/// <summary>What an entity's group keeps for a rule in C#: the rule's own state, and the last verdict.</summary>
internal abstract class CodedState : IKept
{
    private static readonly Verdict NotKnown = new(null);

    public Verdict Last { get; private set; } = NotKnown;

    /// <summary>Judges the evaluation's event.</summary>
    public void Evaluate(CompiledCode code, long time, Evaluation at)
    {
        try
        {
            var verdict = Evaluate(new CodedInputs(code.Inputs, time, at));
            Last = double.IsFinite(verdict.Value) ? verdict : verdict with { Value = double.NaN };
        }
        catch (Exception e)
        {
            // The rule's own fault: the other rules go on, and a replay comes to the same.
            Last = NotKnown;
            at.Failed(code.Rule.Name, e);
        }
    }

    public void Write(ref ByteWriter writer)
    {
        writer.Byte(Last.Holds switch { null => 2, true => 1, false => 0 });
        writer.Double(Last.Value);
        var own = new ArrayBufferWriter<byte>();
        Write(own);
        writer.Bytes(own.WrittenSpan);
    }

    public void Read(ref ByteReader reader)
    {
        var holds = reader.Byte() switch { 0 => false, 1 => true, _ => (bool?)null };
        Last = new Verdict(holds, reader.Double());
        try
        {
            Read(reader.Bytes());
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            Last = NotKnown;
            Clear();
        }
    }

    protected abstract Verdict Evaluate(CodedInputs inputs);

    protected abstract void Write(IBufferWriter<byte> output);

    protected abstract void Read(ReadOnlySpan<byte> bytes);

    protected abstract void Clear();
}
