using System.Reflection;
using Grains.Interfaces;
using Grains.Kinds;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;

namespace Grains.Entities;

/// <summary>Marks a grain as the entities of a kind, fed by a topic.</summary>
/// <param name="kind">The kind's name: in row keys, alerts, metrics and on the command line.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EntityAttribute(string kind) : Attribute
{
    public string Kind { get; } = kind;

    /// <summary>The topic whose records are the entities' events.</summary>
    public required string Topic { get; init; }

    /// <summary>JSON path of the entity's key in the record's value; null: the record's key.</summary>
    public string? KeyPath { get; init; }

    /// <summary>What is kept of the past.</summary>
    public HistoryMode History { get; init; }

    /// <summary>Where alert changes go.</summary>
    public string AlertsTopic { get; init; } = "alerts";

    /// <summary>Whether outputs wait until the state that caused them is durable.</summary>
    public bool OutputsWhenDurable { get; init; }

    /// <summary>Whether other entities' outputs are the topic's records, so that it is created if it is missing.</summary>
    public bool IsFedByEntities { get; init; }
}

/// <summary>A grain class that is a kind of entity by configuration, as others are by their attribute.</summary>
public sealed record EntityClass(Type Grain, EntityAttribute Entity);

/// <summary>A kind of entity, as the lanes and the base class need it.</summary>
/// <param name="GrainType">The type of its grains.</param>
/// <param name="KeyPrefix">What stands before the entity's key in the grain's key.</param>
/// <param name="EventTime">When the event of a record's value and timestamp happened, ms, as the rules of a version want to know; null: none ever do.</param>
public sealed record KindBinding(
    string Name, string Topic, string? KeyPath, GrainType GrainType, string KeyPrefix, HistoryMode History,
    string AlertsTopic, bool OutputsWhenDurable, Func<ReadOnlyMemory<byte>, long, long, long>? EventTime = null)
{
    /// <summary>Whether records are applied by versions of rules.</summary>
    public bool IsVersioned { get; init; }

    /// <summary>Whether time alone may change entities, by the newest rules.</summary>
    public Func<bool> HasTimers { get; init; } = static () => false;

    /// <summary>Whether other entities' outputs are the topic's records.</summary>
    public bool IsFedByEntities { get; init; }

    public GrainId GrainIdOf(string key) => GrainId.Create(GrainType, KeyPrefix + key);
}

/// <summary>All kinds of this silo: those in configuration and the grain classes with <see cref="EntityAttribute"/>.</summary>
public sealed class KindBindings
{
    private readonly Dictionary<string, KindBinding> _byName = [];
    private readonly Dictionary<string, KindBinding> _byTopic = [];
    private readonly Dictionary<Type, KindBinding> _byClass = [];

    public KindBindings(
        RuleVersions rules, IEnumerable<EntityClass> more, IOptions<GrainTypeOptions> grainTypes, GrainTypeResolver types)
    {
        foreach (var kind in rules.Newest.Kinds)
        {
            var timers = new VersionedTimers(kind.Name, kind.Options, rules);
            var options = kind.Options;
            Add(new KindBinding(
                kind.Name, options.Topic, options.Key, GrainType.Create(ConfiguredEntityGrain.TypeName), kind.Name + "/",
                options.History, options.AlertsTopic, options.Outputs == OutputMode.WhenDurable,
                timers.EventTime)
            {
                IsVersioned = true,
                HasTimers = () => timers.AreIn(rules.Newest.Version),
            });
        }

        foreach (var type in grainTypes.Value.Classes)
        {
            if (type.GetCustomAttribute<EntityAttribute>() is { } entity) Add(type, types.GetGrainType(type), entity);
        }

        foreach (var (type, entity) in more) Add(type, types.GetGrainType(type), entity);
    }

    public IReadOnlyCollection<KindBinding> All => _byName.Values;

    /// <summary>The kind that a topic feeds.</summary>
    public KindBinding OfTopic(string topic) => _byTopic.TryGetValue(topic, out var kind)
        ? kind
        : throw new KeyNotFoundException(
            $"No kind of entity reads topic '{topic}'. Topics with a kind: {string.Join(", ", _byTopic.Keys)}.");

    /// <summary>The kind of that name; null when there is none.</summary>
    public KindBinding? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The error that there is no kind of that name.</summary>
    internal UnknownKindException Unknown(string name) => new($"There is no kind '{name}'. Kinds: {string.Join(", ", _byName.Keys)}.");

    /// <summary>The kind that a grain class with <see cref="EntityAttribute"/> is.</summary>
    public KindBinding OfClass(Type type) => _byClass.TryGetValue(type, out var kind)
        ? kind
        : throw new InvalidOperationException($"{type} needs an [Entity(\"kind\", Topic = \"topic\")] attribute.");

    private void Add(Type type, GrainType grainType, EntityAttribute entity)
    {
        var kind = new KindBinding(
            entity.Kind, entity.Topic, entity.KeyPath, grainType, "", entity.History, entity.AlertsTopic, entity.OutputsWhenDurable)
        {
            IsFedByEntities = entity.IsFedByEntities,
        };
        Add(kind);
        _byClass.Add(type, kind);
    }

    private void Add(KindBinding kind)
    {
        if (!_byName.TryAdd(kind.Name, kind))
            throw new OrleansConfigurationException($"Two kinds of entity are named '{kind.Name}': rename one (Kinds:{kind.Name} or [Entity]).");
        if (!_byTopic.TryAdd(kind.Topic, kind))
        {
            throw new OrleansConfigurationException(
                $"Topic '{kind.Topic}' feeds two kinds, '{_byTopic[kind.Topic].Name}' and '{kind.Name}': a topic feeds one (Kinds:{kind.Name}:Topic).");
        }
    }
}
