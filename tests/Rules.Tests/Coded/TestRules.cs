using System.Buffers;
using Rules.Coded;

namespace Rules.Tests.Coded;

/// <summary>Fires at the third event in a row whose x is above its average of five minutes.</summary>
internal sealed class ThirdInRow : CodedRule<int>
{
    private readonly NumberInput _x;
    private readonly NumberInput _mean;
    private readonly TextInput _site;

    public ThirdInRow(TimeSpan @for = default, TimeSpan keepFiringFor = default, params string[] by)
        : base("third")
    {
        (For, KeepFiringFor, By) = (@for, keepFiringFor, by);
        Labels["severity"] = "{{ rule }}-page";
        Message = "{{ entity }}: {{ value }} in a row, {{ avg(x, 5m) | round 1 }}";
        _x = Number("x");
        _mean = Number("avg(x, 5m)");
        _site = Text("site");
    }

    protected override Verdict Evaluate(CodedInputs inputs, ref int state)
    {
        if (inputs[_site] == "broken") throw new InvalidOperationException("site is broken");
        if (double.IsNaN(inputs[_x])) return new(null);
        state = inputs[_x] > inputs[_mean] ? state + 1 : 0;
        return new(state >= 3, state);
    }
}

/// <summary>Counts what it has seen, as JSON or in its own format.</summary>
internal sealed class Counting(int version, Func<int, int>? read = null) : CodedRule<Counting.Seen>("counting")
{
    private readonly Func<int, int>? _read = read;

    protected override int Version { get; } = version;

    protected override Verdict Evaluate(CodedInputs inputs, ref Seen state)
    {
        state = new(state.Count + 1, inputs.Entity);
        return new(true, state.Count);
    }

    protected override void Write(IBufferWriter<byte> output, Seen state)
    {
        if (_read is null) base.Write(output, state);
        else output.Write([(byte)state.Count]);
    }

    protected override Seen Read(ReadOnlySpan<byte> bytes) => _read is null ? base.Read(bytes) : new(_read(bytes[0]), "");

    internal record struct Seen(int Count, string Entity);
}

/// <summary>Looks at what there is not, and keeps what cannot be written.</summary>
internal sealed class Wrong : CodedRule<Wrong.Endless>
{
    public Wrong(bool inputs)
        : base("wrong")
    {
        if (!inputs) return;
        Number("tempo");
        Number("open");
        Message = "{{ valu }}";
        Labels["a"] = "{{ value | round 99 }}";
        By = ["x", "sit"];
        For = TimeSpan.FromSeconds(-1);
    }

    protected override Verdict Evaluate(CodedInputs inputs, ref Endless state) => new(false);

    internal sealed class Endless
    {
        public Endless Self => this;
    }
}
