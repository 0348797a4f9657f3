using Checkpointing;
using Kafka.Streaming;
using Kafka.Streaming.Outputs;
using Kafka.Streaming.Reading;
using Kafka.Streaming.Topology;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>Adds Kafka to a silo.</summary>
public static class KafkaStreamsSiloBuilderExtensions
{
    /// <summary>
    /// Reads topics into lanes: implicit streams of namespace <see cref="LaneStreams.Namespace"/>, key <see cref="LaneId"/>,
    /// whose items are <see cref="Window"/>. A lane answers through <see cref="ILaneReaders"/>; what is durable is committed.
    /// Also registers <see cref="IOutputs"/>, <see cref="KafkaTopics"/> and <see cref="TopicFollower"/> (those of the provider
    /// added first) and <see cref="KafkaStreamHealth"/> (of all).
    /// </summary>
    /// <exception cref="OrleansConfigurationException">At start: an option is wrong; names each.</exception>
    public static ISiloBuilder AddKafkaStreams(
        this ISiloBuilder builder, string name, Action<KafkaStreamOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(name);
        AddServices(builder.Services, name, configure);
        builder.AddPersistentStreams(name, CreateFactory, streams =>
        {
            streams.ConfigurePullingAgent(agent => agent.Configure(options =>
            {
                // A window is a batch already. The receiver itself waits for more, so the timer only covers its pauses.
                options.BatchContainerBatchSize = 1;
                options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(5);
                options.MaxEventDeliveryTime = TimeSpan.FromDays(365);
                options.StreamInactivityPeriod = TimeSpan.FromDays(365);
            }));
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitionBalancing((services, provider) =>
                ActivatorUtilities.CreateInstance<PartitionBalancer>(
                    services, services.GetRequiredKeyedService<KafkaStreamServices>(provider).Topology));
        });
        return builder;
    }

    private static void AddServices(IServiceCollection services, string name, Action<KafkaStreamOptions> configure)
    {
        services.AddOptions<KafkaStreamOptions>(name).Configure(configure);
        services.AddSingleton<IConfigurationValidator>(provider => new KafkaStreamOptionsValidator(
            name, provider.GetRequiredService<IOptionsMonitor<KafkaStreamOptions>>()));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<KafkaStreamHealth>();
        services.TryAddSingleton<KafkaMetrics>();
        services.TryAddSingleton<LaneReaders>();
        services.TryAddSingleton<ILaneReaders>(provider => provider.GetRequiredService<LaneReaders>());
        services.AddKeyedSingleton(name, (provider, key) => ActivatorUtilities.CreateInstance<KafkaStreamServices>(
            provider, (string)key!, OptionsOf(provider, (string)key!)));
        services.TryAddSingleton<IOutputs>(provider =>
            ActivatorUtilities.CreateInstance<KafkaOutputs>(provider, OptionsOf(provider, name)));
        services.TryAddSingleton(provider =>
            ActivatorUtilities.CreateInstance<KafkaTopics>(provider, OptionsOf(provider, name)));
        services.TryAddSingleton(provider =>
            ActivatorUtilities.CreateInstance<TopicFollower>(provider, OptionsOf(provider, name)));
    }

    private static KafkaAdapterFactory CreateFactory(IServiceProvider services, string name) =>
        new(name, services.GetRequiredKeyedService<KafkaStreamServices>(name));

    private static KafkaStreamOptions OptionsOf(IServiceProvider services, string name) =>
        services.GetRequiredService<IOptionsMonitor<KafkaStreamOptions>>().Get(name);
}
