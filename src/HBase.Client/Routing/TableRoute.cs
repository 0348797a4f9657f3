using System.Text;
using Google.Protobuf;
using HBase.Client.Diagnostics;
using HBase.Client.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace HBase.Client.Routing;

/// <summary>What the client knows of one table: its name in all forms, its regions, whether it takes group commits.</summary>
internal sealed class TableRoute
{
    public const string Meta = "hbase:meta";

    private const string DefaultNamespace = "default";

    public TableRoute(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var space = colon < 0 ? DefaultNamespace : name[..colon];
        var qualifier = name[(colon + 1)..];
        if (qualifier.Length == 0 || space.Length == 0)
            throw new ArgumentException($"No table can be named {name}.", nameof(name));
        Name = space == DefaultNamespace ? qualifier : name;
        NameBytes = Encoding.UTF8.GetBytes(Name);
        Message = new TableName
        {
            Namespace = ByteString.CopyFromUtf8(space),
            Qualifier = ByteString.CopyFromUtf8(qualifier),
        };
    }

    /// <summary>
    /// A region is not where it was: it is at a server that is known, or has to be looked for. What servers say is followed once:
    /// each says for two minutes where a region went from it, so that two between which it went to and fro, before it was split,
    /// send each other whoever asks.
    /// </summary>
    public void Relocate(Region region, ServerAddress? movedTo, ILogger logger)
    {
        if (movedTo is { } server && !region.IsHearsay)
        {
            if (Regions.Move(region, server)) logger.Moved(region, Name, region.Server, server);
        }
        else if (Regions.Remove(region))
        {
            logger.Lost(region, Name, region.Server);
        }
    }

    /// <summary>The name of a message, as <see cref="Name"/> has it.</summary>
    public static string NameOf(TableName message)
    {
        var (space, qualifier) = (message.Namespace.ToStringUtf8(), message.Qualifier.ToStringUtf8());
        return space == DefaultNamespace ? qualifier : $"{space}:{qualifier}";
    }

    /// <summary>As meta writes it: without the namespace when that is the default one.</summary>
    public string Name { get; }

    public ReadOnlyMemory<byte> NameBytes { get; }

    public TableName Message { get; }

    public RegionCache Regions { get; } = new();

    /// <summary>
    /// One meta lookup of a table at a time: it brings the neighbours, so waiters mostly find theirs in the cache.
    /// </summary>
    public SemaphoreSlim Lookup { get; } = new(1);

    /// <summary>Set once a server said that the table has no MultiRowMutationEndpoint.</summary>
    public bool HasNoEndpoint { get; set; }
}
