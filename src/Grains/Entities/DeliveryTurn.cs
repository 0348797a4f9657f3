using System.Threading.Tasks.Sources;
using Checkpointing;

namespace Grains.Entities;

/// <summary>
/// A delivery as a turn on the entity's own scheduler: what a call would do in the same silo, without a message, and without a
/// trace in the objects that Orleans keeps of each activation.
/// </summary>
internal sealed class DeliveryTurn : IValueTaskSource<DeliveryAnswer?>
{
    private readonly EntityGrain _entity;
    private readonly Delivery _delivery;
    private ManualResetValueTaskSourceCore<DeliveryAnswer?> _end = new() { RunContinuationsAsynchronously = true };

    private DeliveryTurn(EntityGrain entity, Delivery delivery) => (_entity, _delivery) = (entity, delivery);

    /// <summary>Null: the entity cannot take it now without a call.</summary>
    public static ValueTask<DeliveryAnswer?> RunAsync(EntityGrain entity, Delivery delivery)
    {
        var turn = new DeliveryTurn(entity, delivery);
        entity.GrainContext.Scheduler.QueueAction(static turn => ((DeliveryTurn)turn).Run(), turn);
        return new(turn, turn._end.Version);
    }

    private void Run()
    {
        DeliveryAnswer? answer;
        try
        {
            answer = _entity.TryDeliver(_delivery);
        }
        catch (Exception e)
        {
            _end.SetException(e);
            return;
        }

        _end.SetResult(answer);
    }

    DeliveryAnswer? IValueTaskSource<DeliveryAnswer?>.GetResult(short token) => _end.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<DeliveryAnswer?>.GetStatus(short token) => _end.GetStatus(token);

    void IValueTaskSource<DeliveryAnswer?>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _end.OnCompleted(continuation, state, token, flags);
}
