using Checkpointing;
using Confluent.Kafka;
using Grains.Entities;
using Kafka.Streaming;
using Silo.Configuration;

namespace Silo.Hosting;

/// <summary>Creates the topics that outputs go to, if they are missing; tries on while the brokers are away.</summary>
internal sealed partial class OutputTopics(
    KafkaTopics topics, KindBindings kinds, KafkaSettings settings, TimeProvider time, ILogger<OutputTopics> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <summary>Alerts and dead letters of every kind, and what entities send each other.</summary>
    public static IEnumerable<string> TopicsOf(KindBindings kinds) => kinds.All
        .SelectMany(kind => (string[])[kind.AlertsTopic, kind.Topic + DeadLetters.Suffix, .. kind.IsFedByEntities ? [kind.Topic] : (string[])[]])
        .Distinct();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var reported = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await topics.EnsureAsync(TopicsOf(kinds), settings.Partitions, stoppingToken);
                return;
            }
            catch (KafkaException e)
            {
                if (!reported) LogWaiting(logger, e.Error.Reason, Pause.TotalSeconds);
                reported = true;
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Output topics cannot be looked at yet: {Reason}. Trying again every {Seconds} s")]
    private static partial void LogWaiting(ILogger logger, string reason, double seconds);
}
