using System.Text;
using Rules.Engine;

namespace Rules.Coded;

/// <summary>What a rule in C# sees of an event and its entity.</summary>
public readonly ref struct CodedInputs
{
    private readonly CompiledInput[] _inputs;
    private readonly Evaluation _at;

    internal CodedInputs(CompiledInput[] inputs, long time, Evaluation at) => (_inputs, Time, _at) = (inputs, time, at);

    /// <summary>The entity's key.</summary>
    public string Entity => _at.Entity;

    /// <summary>When the event happened, milliseconds since the Unix epoch; of a rule by the wall clock, its record's time.</summary>
    public long Time { get; }

    /// <summary>NaN when it is missing.</summary>
    public double this[NumberInput input] => _inputs[input.Index].Number!(_at);

    /// <summary>Null when it is missing.</summary>
    public bool? this[TruthInput input] => _inputs[input.Index].Truth!(_at) switch
    {
        Engine.Truth.True => true,
        Engine.Truth.False => false,
        _ => null,
    };

    /// <summary>Null when it is missing.</summary>
    public string? this[TextInput input] => TryGet(input, out var text) ? Encoding.UTF8.GetString(text) : null;

    /// <summary>The text in UTF-8, without an allocation; false when it is missing.</summary>
    public bool TryGet(TextInput input, out ReadOnlySpan<byte> text) => _inputs[input.Index].Text!(_at, out text);
}

/// <summary>One of a rule's inputs, ready to be asked: exactly one of the three is set.</summary>
internal readonly record struct CompiledInput(NumberOf? Number, TruthOf? Truth, TextOf? Text);
