namespace Checkpointing;

/// <summary>
/// The identity of a command in Orleans' request context: the caller's side sets it, the entity remembers it, so that a
/// repeated call is carried out once.
/// </summary>
public static class CommandContext
{
    private const string IdKey = "granary.command";
    private const string IssuedKey = "granary.issued";

    /// <summary>The command that the current call is; null when its caller gave it no identity.</summary>
    public static (string Id, DateTimeOffset Issued)? Current =>
        RequestContext.Get(IdKey) is string id && RequestContext.Get(IssuedKey) is long issued
            ? (id, DateTimeOffset.FromUnixTimeMilliseconds(issued))
            : null;

    /// <summary>Gives the calls that follow in this flow an identity.</summary>
    public static void Set(string id, DateTimeOffset issued)
    {
        RequestContext.Set(IdKey, id);
        RequestContext.Set(IssuedKey, issued.ToUnixTimeMilliseconds());
    }

    /// <summary>The calls that follow have no identity.</summary>
    public static void Clear()
    {
        RequestContext.Remove(IdKey);
        RequestContext.Remove(IssuedKey);
    }
}
