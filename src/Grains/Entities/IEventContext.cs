namespace Grains.Entities;

/// <summary>
/// What an entity may use while it applies an event: where the event comes from, its time, and what to send out. Nothing in
/// it depends on a clock, so that a replay gives the same.
/// </summary>
public interface IEventContext
{
    /// <summary>The entity's key.</summary>
    string Entity { get; }

    /// <summary>The event's time.</summary>
    DateTimeOffset Time { get; }

    string Topic { get; }

    int Partition { get; }

    long Offset { get; }

    /// <summary>An alert fires, unless it is firing already: one record on the kind's alerts topic.</summary>
    void Raise(string alert, double value);

    /// <summary>A firing alert is over: one record on the kind's alerts topic. Nothing if it is not firing.</summary>
    void Resolve(string alert, double value);

    /// <summary>Sends a derived event to a topic, as JSON, with an id derived from this event.</summary>
    void Emit<T>(string topic, string key, T value);
}

/// <summary>Refuses an event: it becomes a dead letter with this reason, and the entity goes on with the next.</summary>
public sealed class EventRefusedException(string reason) : Exception(reason);
