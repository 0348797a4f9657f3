namespace Client.Producing;

/// <summary>A batch could not be produced, or is not known to be.</summary>
public sealed class ProduceException(string message, long acknowledged, int unknown, Exception innerException)
    : Exception(message, innerException)
{
    /// <summary>How many events, the first ones of the input, are on the topic for certain.</summary>
    public long Acknowledged { get; } = acknowledged;

    /// <summary>How many events after those may be on the topic, or some of them. No event after these was sent.</summary>
    public int Unknown { get; } = unknown;
}
