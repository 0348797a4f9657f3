using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Grains.Fields;
using Rules.Engine;

namespace Grains.Kinds;

/// <summary>A configured kind with one version of its rules, ready for use. Immutable.</summary>
public sealed class EntityKind
{
    // As many as deliveries have ever been applied at once: one a core.
    private readonly ConcurrentStack<KindWork> _work = new();

    /// <param name="options">Valid by <see cref="KindOptionsValidator"/>; not changed afterwards.</param>
    /// <param name="version">The version that its rules are of; 0: none is stored.</param>
    internal EntityKind(string name, KindOptions options, FieldTable fields, RuleProgram rules, long version = 0)
    {
        Version = version;
        StateType = EntityStateType.Of(version);
        Name = name;
        Options = options;
        Fields = fields;
        Rules = rules;
        Decoder = new EventDecoder(fields, options);
        AlertFields =
            [.. options.AlertFields.Keys.Order(StringComparer.Ordinal).Select(k => JsonEncodedText.Encode(k))];
    }

    public string Name { get; }

    /// <summary>The version of its rules.</summary>
    internal long Version { get; }

    /// <summary>The type of its entities' states.</summary>
    internal string StateType { get; }

    public KindOptions Options { get; }

    internal FieldTable Fields { get; }

    internal EventDecoder Decoder { get; }

    internal RuleProgram Rules { get; }

    /// <summary>
    /// The names of the values copied into alert changes, in the order of <see cref="DecodedEvent.Copy"/>.
    /// </summary>
    internal ImmutableArray<JsonEncodedText> AlertFields { get; }

    internal EntityState NewState() => new(Fields, Rules);

    /// <summary>Working memory for one delivery; to be given back by <see cref="ReturnWork"/>.</summary>
    internal KindWork RentWork() => _work.TryPop(out var work) ? work : new KindWork(this, Decoder.NewEvent(), Rules.NewEvaluation());

    internal void ReturnWork(KindWork work) => _work.Push(work);
}
