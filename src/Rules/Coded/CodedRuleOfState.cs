using System.Buffers;
using System.Text.Json;

namespace Rules.Coded;

/// <summary>A rule in C# with a state for each entity, and for each group of it where it has <see cref="CodedRule.By"/>.</summary>
/// <typeparam name="TState">
/// What System.Text.Json can write and read again, public fields included, unless <see cref="Write"/> and <see cref="Read"/> do it otherwise.
/// </typeparam>
/// <example>
/// <code>
/// public sealed class Rising : CodedRule&lt;Rising.Run&gt;
/// {
///     private readonly NumberInput _mean;
///
///     public Rising() : base("rising")
///     {
///         Message = "{{ entity }} has risen {{ value }} times";
///         _mean = Number("avg(temperature, 5m)");
///     }
///
///     protected override Verdict Evaluate(CodedInputs inputs, ref Run state)
///     {
///         state = new(inputs[_mean], inputs[_mean] > state.Last ? state.Length + 1 : 0);
///         return new(state.Length >= 10, state.Length);
///     }
///
///     public record struct Run(double Last, int Length);
/// }
/// </code>
/// </example>
/// <param name="name">The rule's name, one of its kind.</param>
public abstract class CodedRule<TState>(string name) : CodedRule(name)
    where TState : new()
{
    private static readonly JsonSerializerOptions Json = new()
    {
        IncludeFields = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Of the state: with another one, or another <typeparamref name="TState"/>, every entity starts anew.</summary>
    protected virtual int Version => 1;

    internal sealed override string StateName => FormattableString.Invariant($"{Name}/{typeof(TState)}/{Version}");

    /// <summary>
    /// Judges an event, after the entity's windows have taken it in. The verdict stands until the next event. No I/O and no clock: after a crash
    /// it is done again and must give the same. An exception is logged; the verdict is then that it is not known.
    /// </summary>
    /// <param name="inputs">Of use during the call only.</param>
    /// <param name="state">Of the entity; at first a new one.</param>
    protected abstract Verdict Evaluate(CodedInputs inputs, ref TState state);

    /// <summary>Writes a state.</summary>
    protected virtual void Write(IBufferWriter<byte> output, TState state)
    {
        using var writer = new Utf8JsonWriter(output);
        JsonSerializer.Serialize(writer, state, Json);
    }

    /// <summary>Reads what <see cref="Write"/> wrote. A <see cref="JsonException"/> or <see cref="InvalidDataException"/> makes the entity start anew.</summary>
    protected virtual TState Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<TState>(bytes, Json) ?? new();

    internal sealed override CodedState NewState() => new State(this);

    private sealed class State(CodedRule<TState> rule) : CodedState
    {
        private TState _state = new();

        protected override Verdict Evaluate(CodedInputs inputs) => rule.Evaluate(inputs, ref _state);

        protected override void Write(IBufferWriter<byte> output) => rule.Write(output, _state);

        protected override void Read(ReadOnlySpan<byte> bytes) => _state = rule.Read(bytes);

        protected override void Clear() => _state = new();
    }
}
