using Microsoft.Extensions.Options;

namespace Client.Hosting;

/// <summary>Tries the first connection again until <see cref="EntityClientOptions.ConnectTimeout"/> has passed.</summary>
internal sealed class ConnectionRetryFilter(TimeProvider time, IOptions<EntityClientOptions> options)
    : IClientConnectionRetryFilter
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);
    private readonly long _started = time.GetTimestamp();

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_started) + _pause >= options.Value.ConnectTimeout)
            return false;
        await Task.Delay(_pause, time, cancellationToken);
        return true;
    }
}
