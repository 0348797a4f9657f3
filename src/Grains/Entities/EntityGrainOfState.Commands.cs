using System.Text.Json;
using Orleans.Runtime;

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

        var (id, issued) = CommandContext.Current ?? (Guid.NewGuid().ToString("N"), Time.GetUtcNow());
        if (IsKnownCommand(id))
        {
            context.Result = Answer(context, await RunCommandAsync(id, issued, () => throw new InvalidOperationException()));
            return;
        }

        await InvokeAsync(context, id, issued);
    }

    private async Task InvokeAsync(IIncomingGrainCallContext context, string id, DateTimeOffset issued)
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

        if (_commitRequested)
            await RunCommandAsync(id, issued, () => new(JsonSerializer.SerializeToUtf8Bytes(context.Result, Json)));
    }

    private static object? Answer(IIncomingGrainCallContext context, byte[] stored)
    {
        var type = context.InterfaceMethod.ReturnType;
        return type.IsGenericType ? JsonSerializer.Deserialize(stored, type.GetGenericArguments()[0], Json) : null;
    }
}
