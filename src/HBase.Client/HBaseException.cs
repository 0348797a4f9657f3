namespace HBase.Client;

/// <summary>The root of every error that this library reports about a server or a store.</summary>
public class HBaseException : Exception
{
    public HBaseException()
    {
    }

    public HBaseException(string message)
        : base(message)
    {
    }

    public HBaseException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The table that the operation was on, if any.</summary>
    public string? Table { get; init; }

    /// <summary>The server that answered or failed, <c>host:port</c>, if any.</summary>
    public string? Server { get; init; }

    /// <summary>The exception's class on the server, if a server sent it.</summary>
    public string? ServerException { get; init; }

    /// <summary>Whether the same operation may succeed later without any change.</summary>
    public virtual bool IsTransient => false;
}

/// <summary>The table does not exist.</summary>
public sealed class HBaseTableNotFoundException(string message, Exception? inner = null) : HBaseException(message, inner);

/// <summary>A table of that name exists already.</summary>
public sealed class HBaseTableExistsException(string message, Exception? inner = null) : HBaseException(message, inner);

/// <summary>The server refused the operation for good: sending it again gives the same answer.</summary>
public sealed class HBaseRefusedException(string message, Exception? inner = null) : HBaseException(message, inner);

/// <summary>The operation did not succeed in its time, and certainly has not taken effect if it was a mutation.</summary>
public sealed class HBaseUnavailableException(string message, Exception? inner = null) : HBaseException(message, inner)
{
    public override bool IsTransient => true;
}

/// <summary>A mutation was sent and no answer came: it may or may not have taken effect, now or later. Read back to find out.</summary>
public sealed class HBaseOutcomeUnknownException(string message, Exception? inner = null) : HBaseException(message, inner)
{
    public override bool IsTransient => true;
}
