using Microsoft.Extensions.Logging.Abstractions;
using Notifications.Dispatch;

namespace Notifications.Tests.Dispatch;

/// <summary>A dispatcher that runs until it is disposed.</summary>
internal sealed class Host : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public Host(
        string configuration, MemoryStore store, TestProducer producer, TimeProvider time, NotificationOptions? options = null)
    {
        Dispatcher = new(
            TestAlerts.Parse(configuration), store, options ?? new(), producer, time, NullLogger<NotificationDispatcher>.Instance);
        Running = Dispatcher.RunAsync(_stop.Token);
    }

    public NotificationDispatcher Dispatcher { get; }

    public Task Running { get; }

    /// <summary>Asks it to stop.</summary>
    public void Cancel() => _stop.Cancel();

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Running.WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Dispatcher.Dispose();
        _stop.Dispose();
    }
}
