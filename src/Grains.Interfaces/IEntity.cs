using Orleans.Concurrency;

namespace Grains.Interfaces;

/// <summary>
/// An entity of a configured kind. Its grain key is <see cref="EntityKey.Of"/>. Queries are answered from memory and
/// include events that are not durable yet.
/// </summary>
[Alias("granary.IEntity")]
public interface IEntity : IGrainWithStringKey
{
    /// <summary>
    /// What is known of the entity; <see cref="EntitySnapshot.Seen"/> is false before its first event.
    /// </summary>
    [Alias("Get")]
    [AlwaysInterleave]
    ValueTask<EntitySnapshot> GetAsync();

    /// <summary>
    /// The durable history whose time lies in [<paramref name="from"/>, <paramref name="to"/>), oldest block first:
    /// events, alert changes or nothing, as the kind's configuration says.
    /// </summary>
    [Alias("History")]
    IAsyncEnumerable<HistoryEvent> HistoryAsync(DateTimeOffset from, DateTimeOffset to);

    /// <summary>The alerts that are pending or firing.</summary>
    [Alias("Alerts")]
    ValueTask<IReadOnlyList<Alert>> AlertsAsync();

    /// <summary>Notes that someone has taken notice of an alert; durable on return.</summary>
    /// <exception cref="AlertNotActiveException">The rule's alert is neither pending nor firing.</exception>
    [Alias("Acknowledge")]
    ValueTask<Alert> AcknowledgeAsync(AlertAcknowledgement acknowledgement);

    /// <summary>Adds a comment to an alert, or says whose it is; durable on return.</summary>
    /// <exception cref="AlertNotActiveException">The rule's alert is neither pending nor firing.</exception>
    [Alias("Remark")]
    ValueTask<Alert> RemarkAsync(RemarkOnAlert command);
}
