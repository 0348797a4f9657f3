using System.Net;

namespace HBase.Client.Rest;

/// <summary>What sending a call twice would do.</summary>
internal enum RestEffect
{
    /// <summary>Nothing: it reads.</summary>
    None,

    /// <summary>The same as once.</summary>
    Idempotent,

    /// <summary>Something else than once: when its outcome is unknown, that is the answer.</summary>
    Once,
}

/// <summary>One call to a gateway.</summary>
/// <param name="What">For people: what it does.</param>
/// <param name="Path">Behind the gateway's address, encoded.</param>
internal sealed record RestCall(string What, HttpMethod Method, string Path, RestEffect Effect)
{
    /// <summary>The table's name, if it is about one.</summary>
    public string? Table { get; init; }

    /// <summary>A message of the gateway's protobuf; null for none.</summary>
    public byte[]? Body { get; init; }
}

/// <summary>What a gateway answered when nothing went wrong: also "not modified", "no content", "gone", and "not found".</summary>
/// <param name="Gateway">Which one.</param>
internal sealed record RestAnswer(HttpStatusCode Status, byte[] Body, Uri? Location, int Gateway);
