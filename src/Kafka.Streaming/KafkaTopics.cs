using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace Kafka.Streaming;

/// <summary>Creates topics that are missing.</summary>
public sealed partial class KafkaTopics
{
    private readonly KafkaStreamOptions _options;
    private readonly ILogger _logger;

    public KafkaTopics(KafkaStreamOptions options, ILogger<KafkaTopics> logger) => (_options, _logger) = (options, logger);

    /// <summary>
    /// Creates those of the topics that do not exist, with the broker's default replication. Existing ones are left as they
    /// are. Does nothing on the embedded broker, which makes topics as they are used.
    /// </summary>
    /// <param name="partitions">How many partitions a new topic gets; -1: the broker's default.</param>
    /// <exception cref="KafkaException">The broker refuses one, or cannot be reached.</exception>
    public async Task EnsureAsync(
        IEnumerable<string> names, int partitions = -1, CancellationToken cancellationToken = default)
    {
        if (_options.TopicId is not null)
            return;
        using var admin = new AdminClientBuilder(ClientSettings.Admin(_options))
            .SetLogHandler((_, line) => LogClient(line.Facility, line.Message))
            .Build();
        foreach (var name in names.Distinct())
        {
            try
            {
                await admin.CreateTopicsAsync([new TopicSpecification
                {
                    Name = name,
                    NumPartitions = partitions,
                    ReplicationFactor = -1,
                }]).WaitAsync(cancellationToken).ConfigureAwait(false);
                LogCreated(name);
            }
            catch (CreateTopicsException problem) when (problem.Results
                .TrueForAll(result => result.Error.Code == ErrorCode.TopicAlreadyExists))
            {
                continue;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Topic {Topic} was missing and is created.")]
    private partial void LogCreated(string topic);

    [LoggerMessage(Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    private partial void LogClient(string facility, string text);
}
