namespace Silo.Configuration;

/// <summary>This silo and its cluster. Section <c>Silo</c>.</summary>
public sealed class SiloSettings
{
    /// <summary>Silos with the same id form one cluster.</summary>
    public string ClusterId { get; set; } = "granary";

    /// <summary>Stays the same over deployments; part of what rows are named by.</summary>
    public string ServiceId { get; set; } = "granary";

    /// <summary>The address that other silos and clients reach this one at.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Port for other silos.</summary>
    public int SiloPort { get; set; } = 11111;

    /// <summary>Port for clients.</summary>
    public int GatewayPort { get; set; } = 30000;

    /// <summary>
    /// How silos find each other: <c>HBase</c> (default with a real HBase) or <c>Localhost</c> (one silo; default with the
    /// embedded one).
    /// </summary>
    public string? Clustering { get; set; }
}

/// <summary>The event source. Section <c>Kafka</c>.</summary>
public sealed class KafkaSettings
{
    /// <summary>host:port,..; null: a broker inside this process that forgets at exit.</summary>
    public string? BootstrapServers { get; set; }

    /// <summary>Offsets are committed under this consumer group's name.</summary>
    public string GroupId { get; set; } = "granary";

    /// <summary>Partitions of topics that the embedded broker or a missing output topic is made with.</summary>
    public int Partitions { get; set; } = 8;

    /// <summary>Lanes a partition is split into; constant for the life of a group.</summary>
    public int Lanes { get; set; } = 8;

    /// <summary>Longest record that is delivered, in bytes; a longer one becomes a dead letter.</summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;

    /// <summary>A partition to which nothing has come for so long is idle: its event time goes on with the wall clock.</summary>
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>librdkafka settings for every client, by librdkafka's names.</summary>
    public Dictionary<string, string> Common { get; set; } = [];

    /// <summary>librdkafka settings for the consumer.</summary>
    public Dictionary<string, string> Consumer { get; set; } = [];

    /// <summary>librdkafka settings for the producer.</summary>
    public Dictionary<string, string> Producer { get; set; } = [];
}

/// <summary>The store. Section <c>HBase</c>.</summary>
public sealed class HBaseSettings
{
    /// <summary>host:port,.. of the masters; null: a store inside this process, under <see cref="Path"/>.</summary>
    public string? Masters { get; set; }

    /// <summary>User name that the servers see.</summary>
    public string User { get; set; } = "granary";

    /// <summary>Where the embedded store keeps its files.</summary>
    public string Path { get; set; } = "data";

    /// <summary>Table of states and histories.</summary>
    public string EntitiesTable { get; set; } = "entities";

    /// <summary>Table of the versions of the rules; null: the name of <see cref="EntitiesTable"/> with <c>_rules</c> behind it.</summary>
    public string? RulesTable { get; set; }

    /// <summary>Table of what notifications keep; made when they are switched on.</summary>
    public string NotificationsTable { get; set; } = "notifications";

    /// <summary>Regions that the table of states is created with.</summary>
    public int Regions { get; set; } = 16;
}

/// <summary>Traffic for a first look. Section <c>Demo</c>.</summary>
public sealed class DemoSettings
{
    /// <summary>Whether demo traffic flows; by default only on the embedded broker.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Events a second.</summary>
    public int Rate { get; set; } = 50;

    /// <summary>Entities that the events are about.</summary>
    public int Entities { get; set; } = 40;

    /// <summary>Interactions of the shop's visitors a second.</summary>
    public int ShopRate { get; set; } = 10;
}

/// <summary>Where rules are. Section <c>Rules</c>.</summary>
public sealed class RulesSettings
{
    /// <summary>Directory of the rule files, <c>*.yaml</c>; relative to where the silo is started.</summary>
    public string Path { get; set; } = "rules";
}

/// <summary>Who is told of alerts. Section <c>Notifications</c>.</summary>
public sealed class NotificationSettings
{
    /// <summary>The file of routes and receivers, relative to where the silo is started; null: nobody is notified.</summary>
    public string? Path { get; set; }

    /// <summary>The address that notifications lead people to.</summary>
    public string ExternalUrl { get; set; } = "";
}
