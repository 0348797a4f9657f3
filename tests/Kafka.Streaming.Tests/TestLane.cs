using System.Collections.Concurrent;
using System.Text;
using Checkpointing;
using Orleans.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Kafka.Streaming.Tests;

/// <summary>What a test lane does with a window.</summary>
public enum Reply
{
    Durable,
    Hold,
    Silence,
    Failure,
}

/// <summary>What lanes did in one test, over all silos, and what they are to do.</summary>
public sealed class LaneScript
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private readonly List<(Func<bool> Condition, TaskCompletionSource Done)> _waits = [];
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, Action> _held = new();

    public Func<Window, Reply> Behaviour { get; set; } = _ => Reply.Durable;

    public ConcurrentQueue<(SiloAddress Silo, Window Window)> Windows { get; } = new();

    /// <summary>Records of windows that lanes took, in the order of their arrival.</summary>
    public ConcurrentQueue<(string Source, int Lane, EventRecord Record)> Taken { get; } = new();

    public IEnumerable<string> Values => Taken.Select(entry => Encoding.UTF8.GetString(entry.Record.Value.Span));

    /// <summary>Completes when the condition holds; it is looked at after everything that a lane does.</summary>
    public Task When(Func<bool> condition)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _waits.Add((condition, done));
        Changed();
        return done.Task.WaitAsync(_limit);
    }

    public void Held(string lane, Action release) => _held[lane] = release;

    /// <summary>All that lanes hold becomes durable.</summary>
    public void Release()
    {
        foreach (var lane in _held.Keys)
        {
            if (_held.TryRemove(lane, out var release))
                release();
        }
    }

    public void Changed()
    {
        lock (_gate)
        {
            foreach (var wait in _waits.Where(wait => wait.Condition()).ToList())
            {
                _waits.Remove(wait);
                wait.Done.SetResult();
            }
        }
    }
}

public interface ITestLane : IGrainWithStringKey
{
    Task Forget();
}

[ImplicitStreamSubscription(LaneStreams.Namespace)]
[PreferLocalPlacement]
internal sealed class TestLane(ILaneReaders readers, LaneScript script, ILocalSiloDetails silo)
    : Grain, ITestLane, IStreamSubscriptionObserver, IAsyncObserver<Window>
{
    private long _position = -1;
    private long _durable = -1;

    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        handleFactory.Create<Window>().ResumeAsync(this);

    public Task OnNextAsync(Window item, StreamSequenceToken? token = null)
    {
        var reply = script.Behaviour(item);
        if (reply == Reply.Failure)
        {
            script.Windows.Enqueue((silo.SiloAddress, item));
            script.Changed();
            throw new InvalidOperationException("as the test wants it");
        }
        if (item.IsStart || item.Begin == _position)
            Take(item);
        if (reply == Reply.Durable)
            _durable = _position;
        else
            Hold(item);
        if (reply != Reply.Silence)
            readers.Find(item.Reader)?.Answer(item.Lane, new LaneAnswer(_position, _durable));
        script.Windows.Enqueue((silo.SiloAddress, item));
        script.Changed();
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task Forget()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void Take(Window window)
    {
        if (window.IsStart)
            _durable = window.Begin;
        _position = window.End;
        foreach (var record in window.Records)
            script.Taken.Enqueue((window.Source, window.Lane, record));
    }

    private void Hold(Window window)
    {
        var position = _position;
        script.Held(this.GetPrimaryKeyString(), () =>
        {
            _durable = position;
            readers.Find(window.Reader)?.Answer(window.Lane, new LaneAnswer(position, position));
        });
    }
}
