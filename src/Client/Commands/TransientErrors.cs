using System.Net.Sockets;
using Checkpointing;
using Grains.Interfaces;
using Orleans.Runtime.Messaging;
using Orleans.Storage;

namespace Client.Commands;

/// <summary>Tells an error after which the same call may succeed from one that will not go away.</summary>
internal static class TransientErrors
{
    public static bool IsTransient(Exception exception) => IsUnreachable(exception) || exception switch
    {
        GatewayTooBusyException or EnumerationAbortedException => true,
        // An activation that is void is going: the next call finds another one, which knows what is durable.
        EntityVoidException or EntityStoreException or EntityConflictException or InconsistentStateException => true,
        _ => false,
    };

    /// <summary>Whether no silo has answered: the connection is lost, the silo gone, or the time up.</summary>
    public static bool IsUnreachable(Exception exception) => exception
        is TimeoutException
        or OrleansMessageRejectionException // with SiloUnavailableException below it
        or ConnectionFailedException
        or SocketException;
}
