using System.Text.Json;
using Checkpointing;

namespace Grains.Entities;

/// <summary>An application's own methods as commands.</summary>
public abstract partial class EntityGrain<TState, TEvent> : IIncomingGrainCallFilter
{
    private bool _commitRequested;

    /// <summary>
    /// What the method has changed is made durable before its caller gets the answer, and a caller's repetition of the
    /// same command (<see cref="CommandContext"/>) is not carried out twice.
    /// </summary>
    protected ValueTask CommitAsync()
    {
        _commitRequested = true;
        return default;
    }

    async Task IIncomingGrainCallFilter.Invoke(IIncomingGrainCallContext context)
    {
        if (context.InterfaceMethod.DeclaringType == typeof(IEventTarget))
        {
            await context.Invoke();
            return;
        }

        // A method that interleaves with an open command can only be a query.
        if (CommandOpen)
        {
            await context.Invoke();
            return;
        }

        var (id, issued) = CommandContext.Current ?? (Guid.NewGuid().ToString("N"), Time.GetUtcNow());
        var invoked = false;
        var answer = await RunCommandAsync(id, issued, () =>
        {
            invoked = true;
            return InvokeAsync(context);
        });
        if (!invoked) context.Result = Answer(context, answer!);
    }

    /// <summary>Runs the method; its result as JSON if it is a command, null if it has asked for no commit.</summary>
    private async ValueTask<byte[]?> InvokeAsync(IIncomingGrainCallContext context)
    {
        _commitRequested = false;
        try
        {
            await context.Invoke();
        }
        catch when (_commitRequested)
        {
            await ForgetAsync(); // what it had changed when it failed must not become durable
            throw;
        }

        return _commitRequested ? JsonSerializer.SerializeToUtf8Bytes(context.Result, Json) : null;
    }

    private static object? Answer(IIncomingGrainCallContext context, byte[] stored)
    {
        var type = context.InterfaceMethod.ReturnType;
        return type.IsGenericType ? JsonSerializer.Deserialize(stored, type.GetGenericArguments()[0], Json) : null;
    }
}
