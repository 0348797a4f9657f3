using Orleans.Streams;

namespace Kafka.Streaming.Reading;

/// <summary>The agent's view of one lane. Each move takes the lane's next window: there is no position of its own.</summary>
internal sealed class LaneCursor(PartitionReader reader, int lane) : IQueueCacheCursor
{
    private WindowContainer? _current;

    public IBatchContainer GetCurrent(out Exception? exception)
    {
        exception = null;
        return _current!;
    }

    public bool MoveNext()
    {
        _current = null;
        return reader.Buffer?.TryTake(lane, out _current) ?? false;
    }

    public QueueCacheCursorMoveResult MoveNextWithResult() =>
        MoveNext() ? QueueCacheCursorMoveResult.Success : QueueCacheCursorMoveResult.NoData;

    public void Refresh(StreamSequenceToken token)
    {
    }

    // The ledger keeps the records until the lane has answered for them.
    public void RecordDeliveryFailure()
    {
    }

    public void Dispose()
    {
    }
}
