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
    private readonly TaskScheduler _turns = TaskScheduler.Current; // the grain's
    private readonly List<CausedOutput> _outputs = [];
    private readonly ConcurrentQueue<(CausedOutput Output, string Topic, Exception? Problem)> _ended = new();
    private int _isTaking; // 1: somebody takes from _ended, or will

    private void SendOutputs()
    {
        _outputs.Clear();
        _ledger.TakeOutputs(_outputs);
        if (_outputs.Count == 0) return;
        var othersTake = Interlocked.Exchange(ref _isTaking, 1) == 1;
        foreach (var output in _outputs) Send(output, output.Output);
        if (!othersTake) TakeEnded();
    }

    /// <param name="output">The caused one, or the dead letter in its place.</param>
    private void Send(CausedOutput caused, Output output) => outputs.Send(output, new Receipt(this, caused, output.Topic), stopping);

    /// <summary>Called by any thread.</summary>
    private void End(CausedOutput output, string topic, Exception? problem)
    {
        _ended.Enqueue((output, topic, problem));
        if (Interlocked.Exchange(ref _isTaking, 1) == 0) QueueTurn(static lane => ((LaneDriver)lane!).TakeEnded());
    }

    private void TakeEnded()
    {
        do
        {
            while (_ended.TryDequeue(out var ended)) TakeEnded(ended.Output, ended.Topic, ended.Problem);
            Interlocked.Exchange(ref _isTaking, 0);
        }
        while (!_ended.IsEmpty && Interlocked.Exchange(ref _isTaking, 1) == 0);
    }

    private void TakeEnded(CausedOutput output, string topic, Exception? problem)
    {
        switch (problem)
        {
            case null:
                _ledger.Acknowledged(output);
                break;
            case OperationCanceledException when stopping.IsCancellationRequested:
                break;
            case OutputException when !DeadLetters.IsTopic(topic): // so that it holds up nobody
                LogOutputBuried(logger, problem.Message, id.ToString(), output.Output.Id);
                Send(output, DeadLetters.Create(id.Topic, id.Partition, output.Offset, output.Output, problem.Message));
                break;
            default:
                // Never acknowledged, so the lane's durable offset stays below its cause until an operator decides.
                LogOutputRefused(logger, problem, id.ToString(), output.Output.Id, output.Output.Topic);
                break;
        }
    }

    private sealed class Receipt(LaneDriver lane, CausedOutput output, string topic) : IOutputReceipt
    {
        public void Sent() => lane.End(output, topic, null);

        public void Failed(Exception problem) => lane.End(output, topic, problem);
    }

    [LoggerMessage(LogLevel.Error, "Lane {Lane}: output {Output} cannot be sent to topic {Topic}; the partition's commits wait for it")]
    private static partial void LogOutputRefused(ILogger logger, Exception exception, string lane, string output, string topic);

    [LoggerMessage(LogLevel.Warning, "Lane {Lane}: output {Output} becomes a dead letter: {Reason}")]
    private static partial void LogOutputBuried(ILogger logger, string reason, string lane, string output);
}
