using System.Net.Sockets;
using Checkpointing;
using Orleans.Runtime.Messaging;
using Orleans.Serialization;
using Orleans.Storage;

namespace Client.Commands;

/// <summary>Tells an error after which the same call may succeed from one that will not go away.</summary>
internal static class TransientErrors
{
    /// <summary>
    /// Errors of a silo whose types a client does not have; Orleans then gives their type's name or alias. An entity is void
    /// when its activation has lost its memory to another one: the next call finds the right one.
    /// </summary>
    private static readonly string[] _byName = ["EntityVoid", "EntityConflict", "EntityStore", "HBase"];

    public static bool IsTransient(Exception exception) => IsUnreachable(exception) || exception switch
    {
        GatewayTooBusyException or EnumerationAbortedException => true,
        EntityStoreException or EntityConflictException or InconsistentStateException => true,
        UnavailableExceptionFallbackException unknown => IsNamed(unknown.ExceptionType),
        _ => IsNamed(exception.GetType().FullName),
    };

    /// <summary>Whether no silo has answered: the connection is lost, the silo gone, or the time up.</summary>
    public static bool IsUnreachable(Exception exception) => exception
        is TimeoutException
        or OrleansMessageRejectionException // with SiloUnavailableException below it
        or ConnectionFailedException
        or SocketException;

    private static bool IsNamed(string? typeName) =>
        typeName is not null && _byName.Any(name => typeName.Contains(name, StringComparison.Ordinal));
}
