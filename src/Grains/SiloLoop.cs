namespace Grains;

/// <summary>Work that a silo does again and again while it is active.</summary>
internal static class SiloLoop
{
    /// <param name="pause">After each turn.</param>
    /// <param name="failed">Told of the first of a row of failures; the next turn comes all the same.</param>
    public static void Run(
        ISiloLifecycle lifecycle, string name, TimeSpan pause, TimeProvider time, Func<CancellationToken, Task> turn, Action<Exception> failed)
    {
        var stop = new CancellationTokenSource();
        var life = Task.CompletedTask;
        lifecycle.Subscribe(
            name,
            ServiceLifecycleStage.Active,
            _ =>
            {
                life = Task.Run(() => LiveAsync(pause, time, turn, failed, stop.Token), CancellationToken.None);
                return Task.CompletedTask;
            },
            async _ =>
            {
                await stop.CancelAsync();
                await life.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                stop.Dispose();
            });
    }

    private static async Task LiveAsync(
        TimeSpan pause, TimeProvider time, Func<CancellationToken, Task> turn, Action<Exception> failed, CancellationToken stop)
    {
        var isFailing = false;
        while (true)
        {
            try
            {
                await turn(stop);
                isFailing = false;
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                if (!isFailing) failed(e);
                isFailing = true;
            }

            await Task.Delay(pause, time, stop);
        }
    }
}
