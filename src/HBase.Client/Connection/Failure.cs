using HBase.Client.Routing;

namespace HBase.Client.Connection;

/// <summary>What to do after a failure.</summary>
internal enum FailureAction
{
    /// <summary>The same region on the same server, at once: the server ran part of a batch.</summary>
    RetryNow,

    /// <summary>The same region on the same server, after a pause.</summary>
    RetrySame,

    /// <summary>Find the region again, then retry.</summary>
    Relocate,

    /// <summary>Open the scanner again behind the last row; as Relocate for everything else.</summary>
    ReopenScanner,

    /// <summary>The table has no endpoint for group commits.</summary>
    NoEndpoint,

    /// <summary>The request was too big for the server: retry in smaller pieces.</summary>
    Split,

    /// <summary>Tell the caller; sending it again gives the same answer.</summary>
    Fail,
}

/// <summary>One failure of a call or of an action in it.</summary>
/// <param name="Action">What to do.</param>
/// <param name="MaybeExecuted">Whether the server may have applied, or may yet apply, a mutation.</param>
/// <param name="Message">For people.</param>
internal sealed record Failure(FailureAction Action, bool MaybeExecuted, string Message)
{
    /// <summary>The exception's class on the server; null when no server answered.</summary>
    public string? ServerException { get; init; }

    /// <summary>Client and server do not accept each other; the caller gets a <see cref="HBaseSecurityException"/>.</summary>
    public bool IsSecurity { get; init; }

    /// <summary>No error: what is waited for has not happened yet.</summary>
    public bool IsExpected { get; init; }

    /// <summary>Sending the same again gives the same answer.</summary>
    public bool IsFinal => IsSecurity || Action is FailureAction.Fail or FailureAction.Split;

    /// <summary>Where the region went, when the server said so.</summary>
    public ServerAddress? MovedTo { get; init; }

    /// <summary>What to do before the retry instead of the usual pause, when the server said so.</summary>
    public TimeSpan? Pause { get; init; }
}
