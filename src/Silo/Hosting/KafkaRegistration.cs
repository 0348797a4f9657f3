using Grains.Entities;
using Kafka.Streaming;
using Kafka.Streaming.Embedded;
using Silo.Configuration;

namespace Silo.Hosting;

internal static class KafkaRegistration
{
    /// <summary>The stream provider's name.</summary>
    public const string Provider = "kafka";

    /// <summary>The event source: the brokers that are configured, else one inside this process.</summary>
    public static WebApplicationBuilder AddKafka(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        if (builder.Configuration["Kafka:BootstrapServers"] is { Length: > 0 })
        {
            services.AddSingleton<IEventTopics, KafkaEventTopics>();
        }
        else
        {
            services.AddSingleton(provider => EmbeddedKafka.Start(provider.GetRequiredService<KafkaSettings>().GroupId));
            services.AddSingleton<IEventTopics, EmbeddedEventTopics>();
        }

        services.AddOptions<KafkaStreamOptions>(Provider).Configure<KafkaSettings, KindBindings, IServiceProvider>(Configure);
        services.AddHostedService<OutputTopics>();
        return builder;
    }

    private static void Configure(
        KafkaStreamOptions options, KafkaSettings settings, KindBindings kinds, IServiceProvider services)
    {
        options.GroupId = settings.GroupId;
        options.Lanes = settings.Lanes;
        options.IdleAfter = settings.IdleAfter;
        foreach (var kind in kinds.All)
        {
            options.Topics.Add(new KafkaTopicOptions
            {
                Name = kind.Topic,
                KeyPath = kind.KeyPath,
                EventTime = kind.EventTime,
                IsVersioned = kind.IsVersioned,
                MaxRecordBytes = settings.MaxRecordBytes,
            });
        }

        Copy(settings.Common, options.Common);
        Copy(settings.Consumer, options.Consumer);
        Copy(settings.Producer, options.Producer);
        options.BootstrapServers = settings.BootstrapServers ?? "";
        if (services.GetService<EmbeddedKafka>() is not { } broker) return;
        broker.Configure(options);
        var followed = services.GetServices<FollowedTopic>().Select(topic => topic.Name);
        foreach (var topic in OutputTopics.TopicsOf(kinds).Concat(kinds.All.Select(k => k.Topic)).Concat(followed).Distinct())
            broker.CreateTopic(topic, settings.Partitions);
    }

    private static void Copy(Dictionary<string, string> from, IDictionary<string, string> to)
    {
        foreach (var (key, value) in from) to[key] = value;
    }
}
