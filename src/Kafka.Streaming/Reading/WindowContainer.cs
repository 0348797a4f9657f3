using Checkpointing;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Kafka.Streaming.Reading;

/// <summary>One window on its way to its lane; without one it only tells the agent that a lane has something.</summary>
[GenerateSerializer, Immutable, Alias("kafka.WindowContainer")]
internal sealed class WindowContainer(StreamId streamId, Window? window, EventSequenceTokenV2 token) : IBatchContainer
{
    [Id(0)]
    public StreamId StreamId { get; } = streamId;

    [Id(1)]
    public Window? Window { get; } = window;

    [Id(2)]
    private readonly EventSequenceTokenV2 _token = token;

    public StreamSequenceToken SequenceToken => _token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() =>
        Window is T item ? [Tuple.Create<T, StreamSequenceToken>(item, _token)] : [];

    public bool ImportRequestContext() => false;

    public override string ToString() => Window is null ? $"{StreamId}" : $"{StreamId} [{Window.Begin}, {Window.End})";
}
