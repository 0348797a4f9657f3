namespace Client;

/// <summary>
/// A query or command had no answer until its deadline. A command may have been carried out all the same: repeat it in
/// <see cref="CommandScope.Resume"/> with the same id to learn its outcome.
/// </summary>
public sealed class CommandTimeoutException(string message, int attempts, Exception? innerException)
    : TimeoutException(message, innerException)
{
    /// <summary>How often it was sent.</summary>
    public int Attempts { get; } = attempts;

    /// <summary>The command's id; null for a query.</summary>
    public Guid? CommandId { get; init; }

    /// <summary>When the command was issued; null for a query.</summary>
    public DateTimeOffset? Issued { get; init; }
}
