using System.Collections.Concurrent;
using Checkpointing;
using Microsoft.Extensions.Logging;

namespace Grains.Ingest;

/// <summary>
/// How a lane sends outputs. Their ends come from the client's threads, hundreds at a time: all that have come are taken in one turn of
/// the lane, for a turn each would fill the silo's queue and make everybody in it wait.
/// </summary>
internal sealed partial class LaneDriver
{
    private readonly TaskScheduler _scheduler = TaskScheduler.Current; // the grain's
    private readonly List<LaneOutput<EntityTarget>> _outputs = [];
    private readonly ConcurrentQueue<Sending> _ended = new();
    private int _isTaking; // 1: somebody takes from _ended, or will

    private void SendOutputs()
    {
        _outputs.Clear();
        _ledger.TakeOutputs(_outputs);
        if (_outputs.Count == 0) return;
        var othersTake = Interlocked.Exchange(ref _isTaking, 1) == 1;
        foreach (var output in _outputs) outputs.Send(new Sending(this, output, output.Output));
        if (!othersTake) TakeEnded();
    }

    private CancellationToken Stopping => stopping;

    /// <summary>Called by any thread.</summary>
    private void End(Sending sending)
    {
        _ended.Enqueue(sending);
        if (Interlocked.Exchange(ref _isTaking, 1) == 0) Schedule(static lane => ((LaneDriver)lane!).TakeEnded());
    }

    private void TakeEnded()
    {
        do
        {
            while (_ended.TryDequeue(out var ended)) TakeEnded(ended);
            Interlocked.Exchange(ref _isTaking, 0);
        }
        while (!_ended.IsEmpty && Interlocked.Exchange(ref _isTaking, 1) == 0);
    }

    private void TakeEnded(Sending sending)
    {
        var output = sending.Of;
        switch (sending.Problem)
        {
            case null:
                _ledger.Acknowledged(output);
                break;
            case OperationCanceledException when stopping.IsCancellationRequested:
                break;
            case OutputException problem when !DeadLetters.IsTopic(sending.Output.Topic): // so that it holds up nobody
                LogOutputBuried(logger, problem.Message, id.ToString(), output.Output.Id);
                var letter = DeadLetters.Create(id.Topic, id.Partition, output.Offset, output.Output, problem.Message);
                outputs.Send(new Sending(this, output, letter));
                break;
            case var problem:
                // Never acknowledged, so the lane's durable offset stays below its cause until an operator decides.
                LogOutputRefused(logger, problem, id.ToString(), output.Output.Id, output.Output.Topic);
                break;
        }
    }

    /// <param name="output">What is sent: the lane's output, or the dead letter in its place.</param>
    private sealed class Sending(LaneDriver lane, LaneOutput<EntityTarget> of, Output output) : IOutputSending
    {
        public LaneOutput<EntityTarget> Of => of;

        public Output Output => output;

        public CancellationToken Stopping => lane.Stopping;

        /// <summary>Why it is not known to be sent.</summary>
        public Exception? Problem { get; private set; }

        public void Sent() => lane.End(this);

        public void Failed(Exception problem)
        {
            Problem = problem;
            lane.End(this);
        }
    }

    [LoggerMessage(LogLevel.Error, "Lane {Lane}: output {Output} cannot be sent to topic {Topic}; the partition's commits wait for it")]
    private static partial void LogOutputRefused(ILogger logger, Exception exception, string lane, string output, string topic);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: output {Output} becomes a dead letter: {Reason}")]
    private static partial void LogOutputBuried(ILogger logger, string reason, string lane, string output);
}
