using Checkpointing;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Kafka.Drain;

public sealed class Tally
{
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _records;
    private long _windows;

    public Task First => _first.Task;

    public long Records => Interlocked.Read(ref _records);

    public long Windows => Interlocked.Read(ref _windows);

    public void Add(int records)
    {
        Interlocked.Add(ref _records, records);
        Interlocked.Increment(ref _windows);
        _first.TrySetResult();
    }
}

public interface IDrainLane : IGrainWithStringKey;

[ImplicitStreamSubscription(LaneStreams.Namespace)]
[Orleans.Placement.PreferLocalPlacement]
internal sealed class DrainLane(ILaneReaders readers, Tally tally)
    : Grain, IDrainLane, IStreamSubscriptionObserver, IAsyncObserver<Window>
{
    private long _position = -1;

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Window>().ResumeAsync(this);

    public Task OnNextAsync(Window item, StreamSequenceToken? token = null)
    {
        if (item.IsStart || item.Begin == _position)
        {
            _position = item.End;
            tally.Add(item.Records.Count);
        }
        readers.Find(item.Reader)?.Answer(item.Lane, new LaneAnswer(_position, _position));
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
